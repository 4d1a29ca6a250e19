CREATE TABLE "calendars" (
	"id" text NOT NULL,
	"version" integer NOT NULL,
	"calendar" jsonb NOT NULL,
	"published_by" text NOT NULL,
	"published_at" timestamptz(3) DEFAULT now() NOT NULL,
	CONSTRAINT "calendars_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "digests" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "digests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"message_id" text NOT NULL,
	"addresses" jsonb,
	"state" text DEFAULT 'planned' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"ambiguous" integer DEFAULT 0 NOT NULL,
	"planned_at" timestamptz(3) DEFAULT now() NOT NULL,
	"next_attempt_at" timestamptz(3) DEFAULT now() NOT NULL,
	"sent_at" timestamptz(3),
	"error" text,
	CONSTRAINT "digests_message" UNIQUE("message_id")
);
--> statement-breakpoint
CREATE TABLE "leaves" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text NOT NULL,
	"from_at" timestamptz(3) NOT NULL,
	"to_at" timestamptz(3) NOT NULL,
	"deputy" text,
	"created_by" text NOT NULL,
	"created_at" timestamptz(3) DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policy_drafts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"title" text NOT NULL,
	"base" integer NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"policy" jsonb NOT NULL,
	"rehearsal" jsonb,
	"rehearsed_revision" integer,
	"published_as" integer,
	"created_by" text NOT NULL,
	"created_at" timestamptz(3) DEFAULT now() NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamptz(3) DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shifts" (
	"user_id" text NOT NULL,
	"from_at" timestamptz(3) NOT NULL,
	"to_at" timestamptz(3) NOT NULL,
	CONSTRAINT "shifts_user_id_from_at_pk" PRIMARY KEY("user_id","from_at")
);
--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "digest_id" bigint;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "skills" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "product_lines" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "regions" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "languages" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "max_open" integer;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "calendar" text;--> statement-breakpoint
CREATE INDEX "digests_due" ON "digests" USING btree ("next_attempt_at","id") WHERE "digests"."state" in ('planned', 'sending');--> statement-breakpoint
CREATE INDEX "digests_user" ON "digests" USING btree ("user_id","planned_at");--> statement-breakpoint
CREATE INDEX "leaves_user" ON "leaves" USING btree ("user_id","to_at");--> statement-breakpoint
CREATE INDEX "shifts_to" ON "shifts" USING btree ("to_at");