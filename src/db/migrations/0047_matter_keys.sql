CREATE TABLE "matter_keys" (
	"key" integer NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"case_no" text NOT NULL,
	CONSTRAINT "matter_keys_key_at_case_no_pk" PRIMARY KEY("key","at","case_no")
);
--> statement-breakpoint
CREATE INDEX "matter_keys_case" ON "matter_keys" USING btree ("case_no");