CREATE TABLE "action_cases" (
	"action_id" text NOT NULL,
	"case_no" text NOT NULL,
	"added_at" timestamptz(3) NOT NULL,
	"added_by" text NOT NULL,
	"told_at" timestamptz(3),
	CONSTRAINT "action_cases_action_id_case_no_pk" PRIMARY KEY("action_id","case_no")
);
--> statement-breakpoint
CREATE TABLE "action_sheets" (
	"action_id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"product" text,
	"region" text,
	"problem" text,
	"containment" text,
	"root_cause" text,
	"plan" text,
	"prevention" text,
	"recognition" text,
	"changed_at" timestamptz(3) NOT NULL,
	"changed_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "action_tasks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "action_tasks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"action_id" text NOT NULL,
	"key" text NOT NULL,
	"text" text NOT NULL,
	"owner" text NOT NULL,
	"due_on" date NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"created_by" text NOT NULL,
	"done_at" timestamptz(3),
	"done_by" text,
	"result" text,
	"dropped_at" timestamptz(3),
	"dropped_by" text,
	CONSTRAINT "action_tasks_key" UNIQUE("key")
);
--> statement-breakpoint
CREATE INDEX "action_cases_case" ON "action_cases" USING btree ("case_no","action_id");--> statement-breakpoint
CREATE INDEX "action_tasks_action" ON "action_tasks" USING btree ("action_id","id");--> statement-breakpoint
CREATE INDEX "action_tasks_owner" ON "action_tasks" USING btree ("owner","action_id");