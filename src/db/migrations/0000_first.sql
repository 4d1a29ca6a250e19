CREATE TABLE "case_clocks" (
	"case_no" text NOT NULL,
	"clock" text NOT NULL,
	"promise" text NOT NULL,
	"version" integer NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamptz(3) NOT NULL,
	"due_at" timestamptz(3) NOT NULL,
	"stopped_at" timestamptz(3),
	"breached_at" timestamptz(3),
	"escalated" integer NOT NULL,
	CONSTRAINT "case_clocks_case_no_clock_pk" PRIMARY KEY("case_no","clock")
);
--> statement-breakpoint
CREATE TABLE "case_events" (
	"case_no" text NOT NULL,
	"seq" integer NOT NULL,
	"type" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"actor" jsonb NOT NULL,
	"data" jsonb NOT NULL,
	"decision" jsonb,
	"hash" text NOT NULL,
	"prev_hash" text NOT NULL,
	CONSTRAINT "case_events_case_no_seq_pk" PRIMARY KEY("case_no","seq")
);
--> statement-breakpoint
CREATE TABLE "case_merges" (
	"case_no" text PRIMARY KEY NOT NULL,
	"into" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"decision_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cases" (
	"case_no" text PRIMARY KEY NOT NULL,
	"last_seq" integer NOT NULL,
	"last_hash" text NOT NULL,
	"stage" text NOT NULL,
	"grade" text NOT NULL,
	"category" text NOT NULL,
	"grade_confirmed" boolean NOT NULL,
	"owner" text,
	"team" text,
	"customer_id" text NOT NULL,
	"channel" text NOT NULL,
	"language" text NOT NULL,
	"round" integer NOT NULL,
	"next_due_at" timestamptz(3),
	"next_due_clock" text,
	"breached" boolean NOT NULL,
	"paused" boolean NOT NULL,
	"outcome" text,
	"received_at" timestamptz(3) NOT NULL,
	"updated_at" timestamptz(3) NOT NULL,
	"archived_at" timestamptz(3),
	"policy_version" integer NOT NULL,
	"state" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "complaints" (
	"case_no" text PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"received_at" timestamptz(3) NOT NULL,
	"channel" text NOT NULL,
	"language" text NOT NULL,
	"contact_name" text NOT NULL,
	"contact_phone" text,
	"contact_email" text,
	"preferred_channel" text,
	"phone_key" text,
	"product_name" text,
	"product_model" text,
	"serial_no" text,
	"order_no" text,
	"purchased_on" date,
	"occurred_at" timestamptz(3),
	"place" text,
	"text_id" uuid NOT NULL,
	"wanted_remedy" text,
	"suggestion" jsonb NOT NULL,
	"policy_version" integer NOT NULL,
	"answer_by" timestamptz(3) NOT NULL,
	"resolve_by" timestamptz(3) NOT NULL,
	"access_code_hash" text NOT NULL,
	"filed_by" text
);
--> statement-breakpoint
CREATE TABLE "corrective_actions" (
	"id" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"case_nos" jsonb NOT NULL,
	"kind" text NOT NULL,
	"owner" text NOT NULL,
	"cause" text NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamptz(3),
	"due_at" timestamptz(3),
	"check_at" timestamptz(3),
	"rounds" integer NOT NULL,
	"state" jsonb NOT NULL,
	"updated_at" timestamptz(3) DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" text PRIMARY KEY NOT NULL,
	"match_key" text,
	"email_key" text,
	"name" text NOT NULL,
	"created_at" timestamptz(3) DEFAULT now() NOT NULL,
	CONSTRAINT "customers_match_key_unique" UNIQUE("match_key")
);
--> statement-breakpoint
CREATE TABLE "evidence" (
	"evidence_id" uuid PRIMARY KEY NOT NULL,
	"case_no" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" bigint NOT NULL,
	"media_type" text NOT NULL,
	"file_name" text NOT NULL,
	"added_by" text NOT NULL,
	"added_at" timestamptz(3) DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"key_hash" text PRIMARY KEY NOT NULL,
	"body_hash" text NOT NULL,
	"case_no" text NOT NULL,
	"created_at" timestamptz(3) DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"case_no" text NOT NULL,
	"subject" text NOT NULL,
	"created_at" timestamptz(3) DEFAULT now() NOT NULL,
	"expires_at" timestamptz(3) NOT NULL,
	"used_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"case_no" text NOT NULL,
	"seq" integer NOT NULL,
	"mail" text NOT NULL,
	"recipient" jsonb NOT NULL,
	"recipient_key" text NOT NULL,
	"message_id" text NOT NULL,
	"addresses" jsonb,
	"state" text DEFAULT 'planned' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"ambiguous" integer DEFAULT 0 NOT NULL,
	"planned_at" timestamptz(3) DEFAULT now() NOT NULL,
	"next_attempt_at" timestamptz(3) DEFAULT now() NOT NULL,
	"sent_at" timestamptz(3),
	"error" text,
	CONSTRAINT "outbox_once" UNIQUE("case_no","seq","mail","recipient_key")
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"version" integer PRIMARY KEY NOT NULL,
	"policy" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamptz(3) DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "redress" (
	"case_no" text NOT NULL,
	"seq" integer NOT NULL,
	"n" integer NOT NULL,
	"kind" text NOT NULL,
	"amount" numeric(12, 2) NOT NULL,
	"at" timestamptz(3) NOT NULL,
	CONSTRAINT "redress_case_no_seq_n_pk" PRIMARY KEY("case_no","seq","n")
);
--> statement-breakpoint
CREATE TABLE "texts" (
	"text_id" uuid PRIMARY KEY NOT NULL,
	"case_no" text NOT NULL,
	"kind" text NOT NULL,
	"sha256" text NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamptz(3) DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_tokens" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamptz(3) DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"phone" text,
	"role" text NOT NULL,
	"team" text NOT NULL,
	"language" text DEFAULT 'zh-CN' NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"last_assigned_at" timestamptz(3),
	"created_at" timestamptz(3) DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workflow_starts" (
	"case_no" text PRIMARY KEY NOT NULL,
	"policy_version" integer NOT NULL,
	"accepted_at" timestamptz(3) DEFAULT now() NOT NULL,
	"leased_until" timestamptz(3) DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "complaints" ADD CONSTRAINT "complaints_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_tokens" ADD CONSTRAINT "user_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "case_merges_into" ON "case_merges" USING btree ("into");--> statement-breakpoint
CREATE INDEX "cases_received" ON "cases" USING btree ("received_at","case_no");--> statement-breakpoint
CREATE INDEX "cases_updated" ON "cases" USING btree ("updated_at","case_no");--> statement-breakpoint
CREATE INDEX "cases_due" ON "cases" USING btree ("next_due_at","case_no");--> statement-breakpoint
CREATE INDEX "cases_customer" ON "cases" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "cases_open_owner" ON "cases" USING btree ("owner") WHERE "cases"."stage" <> 'archived';--> statement-breakpoint
CREATE INDEX "cases_open_stage" ON "cases" USING btree ("stage","breached") WHERE "cases"."stage" <> 'archived';--> statement-breakpoint
CREATE INDEX "complaints_phone" ON "complaints" USING btree ("phone_key") WHERE "complaints"."phone_key" is not null;--> statement-breakpoint
CREATE INDEX "complaints_order" ON "complaints" USING btree ("order_no") WHERE "complaints"."order_no" is not null;--> statement-breakpoint
CREATE INDEX "complaints_serial" ON "complaints" USING btree ("serial_no") WHERE "complaints"."serial_no" is not null;--> statement-breakpoint
CREATE INDEX "corrective_actions_open" ON "corrective_actions" USING btree ("owner") WHERE "corrective_actions"."status" <> 'ended';--> statement-breakpoint
CREATE INDEX "customers_email" ON "customers" USING btree ("email_key") WHERE "customers"."email_key" is not null;--> statement-breakpoint
CREATE INDEX "evidence_case" ON "evidence" USING btree ("case_no");--> statement-breakpoint
CREATE INDEX "evidence_sha" ON "evidence" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("next_attempt_at","id") WHERE "outbox"."state" in ('planned', 'sending');--> statement-breakpoint
CREATE INDEX "texts_case" ON "texts" USING btree ("case_no");--> statement-breakpoint
CREATE INDEX "user_tokens_user" ON "user_tokens" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "users_team_role" ON "users" USING btree ("team","role");--> statement-breakpoint
CREATE INDEX "workflow_starts_accepted" ON "workflow_starts" USING btree ("accepted_at");