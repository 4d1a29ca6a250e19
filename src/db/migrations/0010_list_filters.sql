ALTER TABLE "cases" ADD COLUMN "awaits" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "repeat" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "resolved_at" timestamptz(3);--> statement-breakpoint
CREATE INDEX "cases_resolved" ON "cases" USING btree ("resolved_at") WHERE "cases"."resolved_at" is not null;--> statement-breakpoint
-- Written by hand: rows from before get what new rows are written with (`caseRow` in src/db/projection.ts).
UPDATE "cases" SET
	"repeat" = jsonb_array_length("state" -> 'repeatOf') > 0,
	"resolved_at" = ("state" #>> '{resolution,at}')::timestamptz,
	"awaits" = CASE WHEN "stage" = 'archived' THEN '{}'::text[] ELSE
		array_remove(ARRAY[
			CASE WHEN "state" #>> '{proposal,status}' = 'offered' OR "state" #>> '{paused,reason}' = 'customer'
				OR "state" #>> '{survey,status}' = 'open' THEN 'customer' END,
			CASE WHEN "state" @> '{"helpTasks": [{"open": true}]}' THEN 'department' END,
			CASE WHEN "state" ? 'held' OR "state" #>> '{proposal,status}' = 'awaitingApproval'
				OR "state" #>> '{notSubstantiated,status}' = 'awaitingApproval' THEN 'approval' END
		], NULL)
	END;
