CREATE TABLE "wechat_accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"app_id" text NOT NULL,
	"secret" text NOT NULL,
	"token" text NOT NULL,
	"aes_key" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"code" text,
	"failing_since" timestamptz(3),
	"last_out_at" timestamptz(3),
	"created_by" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wechat_people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"open_id" text NOT NULL,
	"wrote_at" timestamptz(3) NOT NULL,
	"sent" integer DEFAULT 0 NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	CONSTRAINT "wechat_people_once" UNIQUE("account_id","open_id")
);
--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "wechat_person" uuid;--> statement-breakpoint
ALTER TABLE "inbound_messages" ADD COLUMN "line" text;--> statement-breakpoint
ALTER TABLE "inbound_messages" ADD COLUMN "place" text;--> statement-breakpoint
ALTER TABLE "wechat_people" ADD CONSTRAINT "wechat_people_account_id_wechat_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."wechat_accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "inbound_messages_line" ON "inbound_messages" USING btree ("line","place","id") WHERE "inbound_messages"."line" is not null;