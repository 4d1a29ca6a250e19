CREATE TABLE "notice_choices" (
	"user_id" text PRIMARY KEY NOT NULL,
	"bell_only" text[] NOT NULL,
	"quiet" jsonb NOT NULL,
	"at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
ALTER TABLE "notice_choices" ADD CONSTRAINT "notice_choices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;