CREATE TABLE "saved_views" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner" text NOT NULL,
	"name" text NOT NULL,
	"words" text NOT NULL,
	"columns" text[] NOT NULL,
	"shared" text NOT NULL,
	"team" text,
	"updated_at" timestamptz(3) NOT NULL,
	CONSTRAINT "saved_views_name" UNIQUE("owner","name")
);
--> statement-breakpoint
CREATE INDEX "saved_views_shared" ON "saved_views" USING btree ("shared","team");