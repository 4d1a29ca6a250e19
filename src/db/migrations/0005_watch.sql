CREATE TABLE "incidents" (
	"subject" text NOT NULL,
	"since" timestamptz(3) NOT NULL,
	"kind" text NOT NULL,
	"case_no" text NOT NULL,
	"restarts" integer DEFAULT 0 NOT NULL,
	"told_at" timestamptz(3),
	"ended_at" timestamptz(3),
	CONSTRAINT "incidents_subject_since_pk" PRIMARY KEY("subject","since")
);
--> statement-breakpoint
CREATE TABLE "pending_decisions" (
	"case_no" text NOT NULL,
	"decision_id" text NOT NULL,
	"name" text NOT NULL,
	"message" jsonb NOT NULL,
	"accepted_at" timestamptz(3) NOT NULL,
	"sent_at" timestamptz(3) NOT NULL,
	"sends" integer NOT NULL,
	"lost" text,
	CONSTRAINT "pending_decisions_case_no_decision_id_pk" PRIMARY KEY("case_no","decision_id")
);
--> statement-breakpoint
ALTER TABLE "case_clocks" ADD COLUMN "next_at" timestamptz(3);--> statement-breakpoint
UPDATE "case_clocks" AS k SET "next_at" = CASE
	WHEN jsonb_typeof(c.clock -> 'plan') = 'array'
		THEN (c.clock -> 'plan' -> coalesce((c.clock ->> 'told')::int, 0) ->> 'at')::timestamptz
	WHEN k.breached_at IS NOT NULL THEN CASE WHEN c.clock ? 'managerAfterMs' AND k.escalated < 2
		THEN k.breached_at + (c.clock ->> 'managerAfterMs')::float8 * interval '1 millisecond' END
	WHEN c.clock -> 'warnAt' -> (c.clock ->> 'warned')::int IS NOT NULL
		THEN k.due_at - round((c.clock ->> 'lengthMs')::float8 *
			(1 - (c.clock -> 'warnAt' ->> (c.clock ->> 'warned')::int)::float8)) * interval '1 millisecond'
	ELSE k.due_at END
FROM (SELECT case_no, each.key AS id, each.value AS clock FROM "cases", jsonb_each(state -> 'clocks') AS each) AS c
WHERE c.case_no = k.case_no AND c.id = k.clock AND k.status = 'running';--> statement-breakpoint
CREATE UNIQUE INDEX "incidents_open" ON "incidents" USING btree ("subject") WHERE "incidents"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "incidents_since" ON "incidents" USING btree ("since");--> statement-breakpoint
CREATE INDEX "pending_decisions_sent" ON "pending_decisions" USING btree ("sent_at");--> statement-breakpoint
CREATE INDEX "case_clocks_next" ON "case_clocks" USING btree ("next_at") WHERE "case_clocks"."next_at" is not null;