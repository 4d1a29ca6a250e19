CREATE TABLE "case_group_members" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "case_group_members_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"group_id" uuid NOT NULL,
	"case_no" text NOT NULL,
	"joined_at" timestamptz(3) NOT NULL,
	"joined_by" text NOT NULL,
	"left_at" timestamptz(3),
	"left_by" text
);
--> statement-breakpoint
CREATE TABLE "case_groups" (
	"group_id" uuid PRIMARY KEY NOT NULL,
	"lead" text NOT NULL,
	"made_at" timestamptz(3) NOT NULL,
	"made_by" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "case_group_members_group" ON "case_group_members" USING btree ("group_id");--> statement-breakpoint
CREATE UNIQUE INDEX "case_group_members_present" ON "case_group_members" USING btree ("case_no") WHERE "case_group_members"."left_at" is null;