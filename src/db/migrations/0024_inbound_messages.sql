CREATE TABLE "inbound_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbound_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"channel" text NOT NULL,
	"source" text NOT NULL,
	"source_key" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" bigint NOT NULL,
	"envelope" jsonb NOT NULL,
	"arrived_at" timestamptz(3) NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamptz(3) NOT NULL,
	"outcome" text,
	"reason" text,
	"case_no" text,
	"sender_hash" text,
	"title" text,
	"forced" boolean DEFAULT false NOT NULL,
	"ended_at" timestamptz(3),
	CONSTRAINT "inbound_messages_source" UNIQUE("channel","source","source_key")
);
--> statement-breakpoint
CREATE INDEX "inbound_messages_content" ON "inbound_messages" USING btree ("channel","sha256");--> statement-breakpoint
CREATE INDEX "inbound_messages_due" ON "inbound_messages" USING btree ("next_attempt_at","id") WHERE "inbound_messages"."outcome" is null;--> statement-breakpoint
CREATE INDEX "inbound_messages_sender" ON "inbound_messages" USING btree ("sender_hash","ended_at");--> statement-breakpoint
CREATE INDEX "inbound_messages_ended" ON "inbound_messages" USING btree ("outcome","id");