CREATE TABLE "chat_files" (
	"chat_id" uuid NOT NULL,
	"client_id" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" bigint NOT NULL,
	"media_type" text NOT NULL,
	"file_name" text NOT NULL,
	"passed_at" timestamptz(3),
	CONSTRAINT "chat_files_chat_id_client_id_pk" PRIMARY KEY("chat_id","client_id")
);
--> statement-breakpoint
ALTER TABLE "chat_files" ADD CONSTRAINT "chat_files_chat_id_client_id_chat_messages_chat_id_client_id_fk" FOREIGN KEY ("chat_id","client_id") REFERENCES "public"."chat_messages"("chat_id","client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_files_sha" ON "chat_files" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "chat_files_due" ON "chat_files" USING btree ("chat_id") WHERE "chat_files"."passed_at" is null;