ALTER TABLE "pushes" ALTER COLUMN "outbox_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "called_at" timestamptz(3);--> statement-breakpoint
ALTER TABLE "pushes" ADD COLUMN "chat_id" uuid;--> statement-breakpoint
ALTER TABLE "pushes" ADD CONSTRAINT "pushes_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pushes" ADD CONSTRAINT "pushes_once_chat" UNIQUE("subscription_id","chat_id");--> statement-breakpoint
ALTER TABLE "pushes" ADD CONSTRAINT "pushes_about_one" CHECK (num_nonnulls("pushes"."outbox_id", "pushes"."chat_id") = 1);