CREATE TABLE "chat_messages" (
	"chat_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"client_id" text NOT NULL,
	"side" text NOT NULL,
	"by" text,
	"body" text,
	"text_id" uuid,
	"about" text,
	"at" timestamptz(3) NOT NULL,
	CONSTRAINT "chat_messages_chat_id_seq_pk" PRIMARY KEY("chat_id","seq"),
	CONSTRAINT "chat_messages_once" UNIQUE("chat_id","client_id")
);
--> statement-breakpoint
CREATE TABLE "chats" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key_hash" text NOT NULL,
	"language" text NOT NULL,
	"site" text,
	"status" text NOT NULL,
	"bot" jsonb NOT NULL,
	"seq" integer DEFAULT 0 NOT NULL,
	"started_at" timestamptz(3) NOT NULL,
	"last_at" timestamptz(3) NOT NULL,
	"waiting_since" timestamptz(3),
	"reminded_at" timestamptz(3),
	"taken_by" text,
	"ended_at" timestamptz(3),
	"case_no" text,
	"case_seq" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "chats_key_hash_unique" UNIQUE("key_hash")
);
--> statement-breakpoint
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_text_id_texts_text_id_fk" FOREIGN KEY ("text_id") REFERENCES "public"."texts"("text_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_taken_by_users_id_fk" FOREIGN KEY ("taken_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_case_no_complaints_case_no_fk" FOREIGN KEY ("case_no") REFERENCES "public"."complaints"("case_no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chats_open" ON "chats" USING btree ("waiting_since","last_at") WHERE "chats"."status" in ('waiting', 'taken');--> statement-breakpoint
CREATE INDEX "chats_idle" ON "chats" USING btree ("last_at") WHERE "chats"."status" <> 'ended';--> statement-breakpoint
CREATE INDEX "chats_ended" ON "chats" USING btree ("ended_at") WHERE "chats"."case_no" is null;--> statement-breakpoint
CREATE INDEX "chats_case" ON "chats" USING btree ("case_no") WHERE "chats"."case_no" is not null;