CREATE TABLE "care" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"customer_id" text NOT NULL,
	"case_no" text NOT NULL,
	"reasons" jsonb NOT NULL,
	"since" timestamptz(3) NOT NULL,
	"tips_by" timestamptz(3) NOT NULL,
	"called_at" timestamptz(3),
	"called_by" text,
	"note" text,
	"win_back" text,
	"win_back_at" timestamptz(3),
	"win_back_by" text,
	"birthday" text,
	"opted_out_at" timestamptz(3),
	"opted_out_by" text,
	CONSTRAINT "care_customer" UNIQUE("customer_id")
);
--> statement-breakpoint
CREATE TABLE "house_mails" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "house_mails_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"occasion" text NOT NULL,
	"message_id" text NOT NULL,
	"addresses" jsonb,
	"state" text DEFAULT 'planned' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"ambiguous" integer DEFAULT 0 NOT NULL,
	"planned_at" timestamptz(3) NOT NULL,
	"next_attempt_at" timestamptz(3) NOT NULL,
	"sent_at" timestamptz(3),
	"error" text,
	CONSTRAINT "house_mails_once" UNIQUE("kind","subject","occasion")
);
--> statement-breakpoint
CREATE TABLE "suggestions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "suggestions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"source" text NOT NULL,
	"case_no" text,
	"by" text,
	"text" text NOT NULL,
	"state" text DEFAULT 'new' NOT NULL,
	"into" bigint,
	"owner" text,
	"due_on" date,
	"reason" text,
	"decided_by" text,
	"decided_at" timestamptz(3),
	"result" text,
	"done_at" timestamptz(3),
	"told_at" timestamptz(3),
	"told_by" text,
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "suggestions_key" UNIQUE("key")
);
--> statement-breakpoint
CREATE INDEX "care_tips" ON "care" USING btree ("tips_by","id");--> statement-breakpoint
CREATE INDEX "care_birthday" ON "care" USING btree ("birthday") WHERE "care"."birthday" is not null;--> statement-breakpoint
CREATE INDEX "house_mails_due" ON "house_mails" USING btree ("next_attempt_at","id") WHERE "house_mails"."state" in ('planned', 'sending');--> statement-breakpoint
CREATE INDEX "suggestions_state" ON "suggestions" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "suggestions_case" ON "suggestions" USING btree ("case_no");--> statement-breakpoint
CREATE INDEX "suggestions_into" ON "suggestions" USING btree ("into");