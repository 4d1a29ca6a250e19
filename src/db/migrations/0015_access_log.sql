CREATE TABLE "access_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "access_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"act" text NOT NULL,
	"by" text,
	"at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE INDEX "access_log_user" ON "access_log" USING btree ("user_id","id");