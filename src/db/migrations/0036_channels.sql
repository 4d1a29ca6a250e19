CREATE TABLE "channel_acts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "channel_acts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"channel" text NOT NULL,
	"subject_id" text NOT NULL,
	"name" text NOT NULL,
	"act" text NOT NULL,
	"fields" text[] NOT NULL,
	"by" text NOT NULL,
	"at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
ALTER TABLE "inbound_places" ADD COLUMN "looked_at" timestamptz(3);--> statement-breakpoint
CREATE INDEX "channel_acts_subject" ON "channel_acts" USING btree ("subject_id","id");--> statement-breakpoint
CREATE INDEX "calls_rang" ON "calls" USING btree ("rang_at");--> statement-breakpoint
CREATE INDEX "complaints_source" ON "complaints" USING btree ("source","received_at") WHERE "complaints"."source" is not null and "complaints"."source_no" is null;--> statement-breakpoint
CREATE INDEX "inbound_messages_last" ON "inbound_messages" USING btree ("channel","source","id");