CREATE TABLE "access_mails" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "access_mails_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"message_id" text NOT NULL,
	"addresses" jsonb,
	"state" text DEFAULT 'planned' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"ambiguous" integer DEFAULT 0 NOT NULL,
	"planned_at" timestamptz(3) NOT NULL,
	"next_attempt_at" timestamptz(3) NOT NULL,
	"sent_at" timestamptz(3),
	"error" text,
	CONSTRAINT "access_mails_message" UNIQUE("message_id")
);
--> statement-breakpoint
ALTER TABLE "access_mails" ADD CONSTRAINT "access_mails_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "access_mails_due" ON "access_mails" USING btree ("next_attempt_at","id") WHERE "access_mails"."state" in ('planned', 'sending');--> statement-breakpoint
CREATE INDEX "access_mails_user" ON "access_mails" USING btree ("user_id","planned_at");