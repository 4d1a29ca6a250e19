CREATE TABLE "notices" (
	"user_id" text NOT NULL,
	"outbox_id" bigint NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"read_at" timestamptz(3),
	CONSTRAINT "notices_user_id_outbox_id_pk" PRIMARY KEY("user_id","outbox_id")
);
--> statement-breakpoint
CREATE INDEX "notices_newest" ON "notices" USING btree ("user_id","at","outbox_id");