CREATE TABLE "platform_replies" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"platform_complaint_id" uuid NOT NULL,
	"case_no" text NOT NULL,
	"seq" integer NOT NULL,
	"mail" text NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"planned_at" timestamptz(3) NOT NULL,
	"called_at" timestamptz(3),
	"due_at" timestamptz(3),
	"ended_at" timestamptz(3),
	"code" text
);
--> statement-breakpoint
ALTER TABLE "platform_replies" ADD CONSTRAINT "platform_replies_platform_complaint_id_platform_complaints_id_fk" FOREIGN KEY ("platform_complaint_id") REFERENCES "public"."platform_complaints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "platform_replies_once" ON "platform_replies" USING btree ("case_no","seq","mail");--> statement-breakpoint
CREATE INDEX "platform_replies_of" ON "platform_replies" USING btree ("platform_complaint_id","seq");--> statement-breakpoint
CREATE INDEX "platform_replies_due" ON "platform_replies" USING btree ("due_at");