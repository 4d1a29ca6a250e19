ALTER TABLE "digests" ADD COLUMN "failing_since" timestamptz(3);--> statement-breakpoint
ALTER TABLE "pushes" ADD COLUMN "failing_since" timestamptz(3);