ALTER TABLE "wechat_accounts" ADD COLUMN "kind" text DEFAULT 'official' NOT NULL;--> statement-breakpoint
ALTER TABLE "wechat_accounts" ADD COLUMN "open_kf_id" text;--> statement-breakpoint
ALTER TABLE "wechat_accounts" ADD COLUMN "cursor" text;--> statement-breakpoint
ALTER TABLE "wechat_accounts" ADD COLUMN "pull_token" text;--> statement-breakpoint
ALTER TABLE "wechat_accounts" ADD COLUMN "pull_at" timestamptz(3);--> statement-breakpoint
ALTER TABLE "wechat_accounts" ADD COLUMN "busy_until" timestamptz(3);