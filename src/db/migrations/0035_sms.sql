CREATE TABLE "customer_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "customer_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"way" text NOT NULL,
	"case_no" text NOT NULL,
	"seq" integer NOT NULL,
	"mail" text NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"called" boolean DEFAULT false NOT NULL,
	"failing_since" timestamptz(3),
	"planned_at" timestamptz(3) NOT NULL,
	"next_attempt_at" timestamptz(3) NOT NULL,
	"sent_at" timestamptz(3),
	"ended_at" timestamptz(3),
	"segments" integer,
	"gateway_id" text,
	"fell_back" boolean DEFAULT false NOT NULL,
	"error" text,
	CONSTRAINT "customer_messages_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE INDEX "customer_messages_case" ON "customer_messages" USING btree ("case_no","id");--> statement-breakpoint
CREATE INDEX "customer_messages_due" ON "customer_messages" USING btree ("next_attempt_at","id") WHERE "customer_messages"."state" in ('planned', 'sending');--> statement-breakpoint
CREATE INDEX "customer_messages_gateway" ON "customer_messages" USING btree ("gateway_id") WHERE "customer_messages"."gateway_id" is not null;--> statement-breakpoint
CREATE INDEX "customer_messages_ended" ON "customer_messages" USING btree ("ended_at") WHERE "customer_messages"."state" in ('failed', 'unknown');