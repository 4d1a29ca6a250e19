CREATE TABLE "inbound_hooks" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"is_on" boolean NOT NULL,
	"mapping" jsonb NOT NULL,
	"generation" integer NOT NULL,
	"rotated_at" timestamptz(3),
	"created_by" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"last_message_at" timestamptz(3)
);
--> statement-breakpoint
DROP INDEX "inbound_messages_content";--> statement-breakpoint
ALTER TABLE "inbound_messages" ADD COLUMN "identity" text;--> statement-breakpoint
UPDATE "inbound_messages" SET "identity" = "sha256";--> statement-breakpoint
ALTER TABLE "inbound_messages" ALTER COLUMN "identity" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_messages" ADD COLUMN "nonce" text;--> statement-breakpoint
CREATE INDEX "inbound_messages_identity" ON "inbound_messages" USING btree ("channel","identity");--> statement-breakpoint
CREATE INDEX "inbound_messages_nonce" ON "inbound_messages" USING btree ("channel","source","nonce") WHERE "inbound_messages"."nonce" is not null;