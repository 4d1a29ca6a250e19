CREATE TABLE "calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"hook_id" text NOT NULL,
	"call_id" text NOT NULL,
	"extension" text NOT NULL,
	"user_id" text,
	"number" text,
	"line" text,
	"rang_at" timestamptz(3) NOT NULL,
	"answered_at" timestamptz(3),
	"ended_at" timestamptz(3),
	"recording" text,
	"case_no" text,
	"put_away_at" timestamptz(3),
	CONSTRAINT "calls_once" UNIQUE("hook_id","call_id","extension")
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "extension" text;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_hook_id_inbound_hooks_id_fk" FOREIGN KEY ("hook_id") REFERENCES "public"."inbound_hooks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "calls_of_user" ON "calls" USING btree ("user_id","rang_at");--> statement-breakpoint
CREATE INDEX "calls_of_case" ON "calls" USING btree ("case_no") WHERE "calls"."case_no" is not null;--> statement-breakpoint
CREATE INDEX "calls_of_none" ON "calls" USING btree ("rang_at") WHERE "calls"."case_no" is null;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_extension_unique" UNIQUE("extension");