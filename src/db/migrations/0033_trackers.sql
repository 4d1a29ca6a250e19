CREATE TABLE "tracker_tickets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"tracker_id" uuid NOT NULL,
	"case_no" text NOT NULL,
	"subject" text NOT NULL,
	"state" text DEFAULT 'new' NOT NULL,
	"settled_by" text,
	"ref" text,
	"key" text,
	"url" text,
	"status" text,
	"assignee" text,
	"changed_at" text,
	"comments" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"own_comments" text[] DEFAULT '{}' NOT NULL,
	"answer" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamptz(3),
	"code" text,
	"looked_at" timestamptz(3),
	"seen_at" timestamptz(3),
	"handed_by" text,
	"planned_at" timestamptz(3) NOT NULL,
	"ended_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "trackers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"url" text NOT NULL,
	"place" text NOT NULL,
	"token" text NOT NULL,
	"hook_secret" text,
	"language" text NOT NULL,
	"department" text,
	"enabled" boolean DEFAULT true NOT NULL,
	"code" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamptz(3),
	"waits_until" timestamptz(3),
	"busy_until" timestamptz(3),
	"look_at" timestamptz(3) NOT NULL,
	"looked_at" timestamptz(3),
	"cursor" text,
	"hook_at" timestamptz(3),
	"test_at" timestamptz(3),
	"test_code" text,
	"created_by" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tracker_tickets" ADD CONSTRAINT "tracker_tickets_tracker_id_trackers_id_fk" FOREIGN KEY ("tracker_id") REFERENCES "public"."trackers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "tracker_tickets_once" ON "tracker_tickets" USING btree ("case_no","subject") WHERE "tracker_tickets"."state" not in ('lost', 'dropped', 'failed');--> statement-breakpoint
CREATE INDEX "tracker_tickets_case" ON "tracker_tickets" USING btree ("case_no");--> statement-breakpoint
CREATE INDEX "tracker_tickets_due" ON "tracker_tickets" USING btree ("tracker_id","due_at") WHERE "tracker_tickets"."state" in ('new', 'open', 'closing');--> statement-breakpoint
CREATE INDEX "tracker_tickets_ended" ON "tracker_tickets" USING btree ("ended_at");--> statement-breakpoint
CREATE UNIQUE INDEX "trackers_department" ON "trackers" USING btree ("department");