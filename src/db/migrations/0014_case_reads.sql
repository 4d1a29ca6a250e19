CREATE TABLE "case_reads" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "case_reads_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"case_no" text NOT NULL,
	"kind" text NOT NULL,
	"half_hour" timestamptz(3) NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamptz(3) NOT NULL,
	CONSTRAINT "case_reads_half_hour" UNIQUE("user_id","case_no","kind","half_hour")
);
--> statement-breakpoint
CREATE INDEX "case_reads_case" ON "case_reads" USING btree ("case_no","id");