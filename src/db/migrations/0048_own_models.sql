CREATE TABLE "own_models" (
	"version" text PRIMARY KEY NOT NULL,
	"made_at" timestamptz(3) NOT NULL,
	"used" text[] NOT NULL,
	"figures" jsonb NOT NULL,
	"file" "bytea"
);
--> statement-breakpoint
CREATE INDEX "own_models_made" ON "own_models" USING btree ("made_at","version");