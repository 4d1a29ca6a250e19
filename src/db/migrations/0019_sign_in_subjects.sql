CREATE TABLE "sign_in_subjects" (
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "sign_in_subjects_issuer_subject_pk" PRIMARY KEY("issuer","subject")
);
--> statement-breakpoint
ALTER TABLE "sign_in_subjects" ADD CONSTRAINT "sign_in_subjects_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sign_in_subjects_user" ON "sign_in_subjects" USING btree ("user_id");