CREATE TABLE "report_remarks" (
	"kind" text NOT NULL,
	"period" text NOT NULL,
	"text" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"signed_by" text,
	"signed_at" timestamptz(3),
	CONSTRAINT "report_remarks_kind_period_pk" PRIMARY KEY("kind","period")
);
--> statement-breakpoint
CREATE TABLE "report_wishes" (
	"user_id" text PRIMARY KEY NOT NULL,
	"kinds" text[] NOT NULL,
	"at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"kind" text NOT NULL,
	"period" text NOT NULL,
	"version" integer NOT NULL,
	"data" jsonb NOT NULL,
	"closed_at" timestamptz(3) NOT NULL,
	CONSTRAINT "reports_kind_period_pk" PRIMARY KEY("kind","period")
);
--> statement-breakpoint
CREATE TABLE "saved_reports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner" text NOT NULL,
	"name" text NOT NULL,
	"figure" text,
	"words" text NOT NULL,
	"kind" text NOT NULL,
	"team" text,
	"at" timestamptz(3) NOT NULL,
	CONSTRAINT "saved_reports_name" UNIQUE("owner","name")
);
--> statement-breakpoint
ALTER TABLE "report_wishes" ADD CONSTRAINT "report_wishes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "saved_reports_team" ON "saved_reports" USING btree ("team");--> statement-breakpoint
CREATE TRIGGER reports_immutable BEFORE UPDATE OR DELETE ON "reports"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER reports_no_truncate BEFORE TRUNCATE ON "reports"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
