CREATE TABLE "fact_actions" (
	"case_no" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"day" text NOT NULL,
	"person" text,
	"team" text,
	"action_id" text NOT NULL,
	"kind" text NOT NULL,
	"cause" text NOT NULL,
	"started_at" timestamptz(3),
	"before" integer,
	"after" integer,
	"reached" boolean,
	"ended_at" timestamptz(3),
	CONSTRAINT "fact_actions_case_no_action_id_pk" PRIMARY KEY("case_no","action_id")
);
--> statement-breakpoint
CREATE TABLE "fact_cases" (
	"case_no" text PRIMARY KEY NOT NULL,
	"seq" integer NOT NULL,
	"against" text[] DEFAULT '{}'::text[] NOT NULL,
	"received_at" timestamptz(3) NOT NULL,
	"day" text NOT NULL,
	"hour" integer NOT NULL,
	"grade" text NOT NULL,
	"category" text NOT NULL,
	"subcategory" text,
	"fishbone" text,
	"cause" text,
	"product" text,
	"model" text,
	"region" text,
	"channel" text NOT NULL,
	"person" text,
	"team" text,
	"policy_version" integer NOT NULL,
	"outcome" text,
	"imported" boolean NOT NULL,
	"repeat" boolean NOT NULL,
	"touched_at" timestamptz(3),
	"graded" boolean NOT NULL,
	"suggestion_kept" boolean,
	"grade_kept" boolean,
	"assigned" boolean NOT NULL,
	"reassigned" integer NOT NULL,
	"responded" boolean NOT NULL,
	"resolved_at" timestamptz(3),
	"resolved_day" text,
	"reopened" boolean NOT NULL,
	"escalations" integer NOT NULL,
	"lost" boolean NOT NULL,
	"won_back" boolean NOT NULL,
	"archived_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "fact_contacts" (
	"case_no" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"day" text NOT NULL,
	"person" text,
	"team" text,
	"seq" integer NOT NULL,
	"inbound" boolean NOT NULL,
	"kind" text NOT NULL,
	CONSTRAINT "fact_contacts_case_no_seq_pk" PRIMARY KEY("case_no","seq")
);
--> statement-breakpoint
CREATE TABLE "fact_promises" (
	"case_no" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"day" text NOT NULL,
	"person" text,
	"team" text,
	"seq" integer NOT NULL,
	"clock" text NOT NULL,
	"promise" text NOT NULL,
	"started_at" timestamptz(3) NOT NULL,
	"due_at" timestamptz(3) NOT NULL,
	"verdict" text NOT NULL,
	"extended" boolean NOT NULL,
	CONSTRAINT "fact_promises_case_no_seq_pk" PRIMARY KEY("case_no","seq")
);
--> statement-breakpoint
CREATE TABLE "fact_redress" (
	"case_no" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"day" text NOT NULL,
	"person" text,
	"team" text,
	"seq" integer NOT NULL,
	"n" integer NOT NULL,
	"kind" text NOT NULL,
	"amount" numeric(12, 2) NOT NULL,
	CONSTRAINT "fact_redress_case_no_seq_n_pk" PRIMARY KEY("case_no","seq","n")
);
--> statement-breakpoint
CREATE TABLE "fact_rounds" (
	"case_no" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"day" text NOT NULL,
	"person" text,
	"team" text,
	"round" integer NOT NULL,
	"because" text NOT NULL,
	"outcome" text,
	"resolved_at" timestamptz(3),
	"took_ms" bigint,
	CONSTRAINT "fact_rounds_case_no_round_pk" PRIMARY KEY("case_no","round")
);
--> statement-breakpoint
CREATE TABLE "fact_spans" (
	"case_no" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"day" text NOT NULL,
	"person" text,
	"team" text,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"seq" integer NOT NULL,
	"from_at" timestamptz(3) NOT NULL,
	"took_ms" bigint NOT NULL,
	CONSTRAINT "fact_spans_case_no_seq_kind_name_pk" PRIMARY KEY("case_no","seq","kind","name")
);
--> statement-breakpoint
CREATE TABLE "fact_surveys" (
	"case_no" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"day" text NOT NULL,
	"person" text,
	"team" text,
	"survey_id" text NOT NULL,
	"answered" boolean NOT NULL,
	"speed" integer,
	"solution" integer,
	"attitude" integer,
	"total" integer,
	CONSTRAINT "fact_surveys_case_no_survey_id_pk" PRIMARY KEY("case_no","survey_id")
);
--> statement-breakpoint
CREATE TABLE "facts_due" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "facts_due_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"case_no" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "fact_actions_day" ON "fact_actions" USING btree ("day");--> statement-breakpoint
CREATE INDEX "fact_cases_day" ON "fact_cases" USING btree ("day");--> statement-breakpoint
CREATE INDEX "fact_cases_resolved" ON "fact_cases" USING btree ("resolved_day");--> statement-breakpoint
CREATE INDEX "fact_contacts_day" ON "fact_contacts" USING btree ("day");--> statement-breakpoint
CREATE INDEX "fact_promises_day" ON "fact_promises" USING btree ("promise","day");--> statement-breakpoint
CREATE INDEX "fact_redress_day" ON "fact_redress" USING btree ("day");--> statement-breakpoint
CREATE INDEX "fact_rounds_day" ON "fact_rounds" USING btree ("day");--> statement-breakpoint
CREATE INDEX "fact_spans_day" ON "fact_spans" USING btree ("kind","day");--> statement-breakpoint
CREATE INDEX "fact_surveys_day" ON "fact_surveys" USING btree ("day");--> statement-breakpoint
-- The cases that are there: the worker writes their facts, hundred by hundred.
INSERT INTO "facts_due" ("case_no") SELECT "case_no" FROM "cases";
