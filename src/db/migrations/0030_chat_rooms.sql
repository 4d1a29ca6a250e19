CREATE TABLE "chat_ids" (
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"chat_id" text NOT NULL,
	CONSTRAINT "chat_ids_user_id_kind_pk" PRIMARY KEY("user_id","kind")
);
--> statement-breakpoint
CREATE TABLE "chat_room_news" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "chat_room_news_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"room_id" uuid NOT NULL,
	"case_no" text NOT NULL,
	"seq" integer NOT NULL,
	"news" text NOT NULL,
	"urgent" boolean NOT NULL,
	"batch" uuid,
	"state" text DEFAULT 'waiting' NOT NULL,
	"planned_at" timestamptz(3) NOT NULL,
	"ended_at" timestamptz(3),
	CONSTRAINT "chat_room_news_once" UNIQUE("room_id","case_no","seq")
);
--> statement-breakpoint
CREATE TABLE "chat_rooms" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"url" text NOT NULL,
	"secret" text,
	"language" text NOT NULL,
	"team" text,
	"news" text[] NOT NULL,
	"quiet" jsonb NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"off_because" text,
	"code" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamptz(3),
	"waits_until" timestamptz(3),
	"quiet_until" timestamptz(3),
	"busy_until" timestamptz(3),
	"sent_at" timestamptz(3),
	"test_at" timestamptz(3),
	"test_code" text,
	"created_by" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
ALTER TABLE "chat_ids" ADD CONSTRAINT "chat_ids_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_room_news" ADD CONSTRAINT "chat_room_news_room_id_chat_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."chat_rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_room_news_due" ON "chat_room_news" USING btree ("room_id","id") WHERE "chat_room_news"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "chat_room_news_planned" ON "chat_room_news" USING btree ("planned_at");