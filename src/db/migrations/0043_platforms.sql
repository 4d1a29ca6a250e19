CREATE TABLE "platform_accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"url" text NOT NULL,
	"merchant_id" text NOT NULL,
	"serial" text,
	"public_key_id" text,
	"public_key" text NOT NULL,
	"private_key" text NOT NULL,
	"api_key" text,
	"language" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"code" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamptz(3),
	"waits_until" timestamptz(3),
	"busy_until" timestamptz(3),
	"look_at" timestamptz(3) NOT NULL,
	"looked_at" timestamptz(3),
	"read_to" text,
	"notice_at" timestamptz(3),
	"test_at" timestamptz(3),
	"test_code" text,
	"created_by" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "platform_acts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"platform_complaint_id" uuid NOT NULL,
	"act" text NOT NULL,
	"reason" text,
	"days" integer,
	"by" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamptz(3),
	"ended_at" timestamptz(3),
	"code" text
);
--> statement-breakpoint
CREATE TABLE "platform_complaints" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" uuid NOT NULL,
	"complaint_id" text NOT NULL,
	"case_no" text,
	"state" text DEFAULT 'new' NOT NULL,
	"body" jsonb,
	"taken" text[] DEFAULT '{}' NOT NULL,
	"phase" text,
	"status" text,
	"problem" text,
	"order_no" text,
	"transaction_id" text,
	"amount" integer,
	"refund_amount" integer,
	"is_refunded" boolean DEFAULT false NOT NULL,
	"is_helped" boolean DEFAULT false NOT NULL,
	"merchant_id" text,
	"since" timestamptz(3),
	"replied_at" timestamptz(3),
	"finished_at" timestamptz(3),
	"deadline_at" timestamptz(3),
	"warn_at" timestamptz(3),
	"warned" text[] DEFAULT '{}' NOT NULL,
	"said" text[] DEFAULT '{}' NOT NULL,
	"listed" text,
	"found_at" timestamptz(3) NOT NULL,
	"due_at" timestamptz(3),
	"looked_at" timestamptz(3),
	"code" text,
	"attempts" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "platform_notices" (
	"account_id" uuid NOT NULL,
	"notice_id" text NOT NULL,
	"complaint_id" text NOT NULL,
	"action" text NOT NULL,
	"raw" text NOT NULL,
	"received_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
ALTER TABLE "platform_acts" ADD CONSTRAINT "platform_acts_platform_complaint_id_platform_complaints_id_fk" FOREIGN KEY ("platform_complaint_id") REFERENCES "public"."platform_complaints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform_complaints" ADD CONSTRAINT "platform_complaints_account_id_platform_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."platform_accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform_notices" ADD CONSTRAINT "platform_notices_account_id_platform_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."platform_accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "platform_accounts_merchant" ON "platform_accounts" USING btree ("kind","merchant_id");--> statement-breakpoint
CREATE INDEX "platform_acts_of" ON "platform_acts" USING btree ("platform_complaint_id","at");--> statement-breakpoint
CREATE INDEX "platform_acts_due" ON "platform_acts" USING btree ("due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "platform_acts_one_at_once" ON "platform_acts" USING btree ("platform_complaint_id") WHERE "platform_acts"."state" in ('planned', 'unsure');--> statement-breakpoint
CREATE UNIQUE INDEX "platform_complaints_once" ON "platform_complaints" USING btree ("account_id","complaint_id");--> statement-breakpoint
CREATE INDEX "platform_complaints_case" ON "platform_complaints" USING btree ("case_no");--> statement-breakpoint
CREATE INDEX "platform_complaints_due" ON "platform_complaints" USING btree ("account_id","due_at");--> statement-breakpoint
CREATE INDEX "platform_complaints_warn" ON "platform_complaints" USING btree ("warn_at");--> statement-breakpoint
CREATE UNIQUE INDEX "platform_notices_once" ON "platform_notices" USING btree ("account_id","notice_id");--> statement-breakpoint
CREATE INDEX "platform_notices_received" ON "platform_notices" USING btree ("received_at");