ALTER TABLE "platform_accounts" ALTER COLUMN "public_key" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_accounts" ALTER COLUMN "private_key" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_accounts" ADD COLUMN "secret" text;--> statement-breakpoint
ALTER TABLE "platform_accounts" ADD COLUMN "token" text;--> statement-breakpoint
ALTER TABLE "platform_accounts" ADD COLUMN "aes_key" text;--> statement-breakpoint
ALTER TABLE "platform_acts" ADD COLUMN "result" text;--> statement-breakpoint
ALTER TABLE "platform_acts" ADD COLUMN "files" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_complaints" ADD COLUMN "acts" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_complaints" ADD COLUMN "expires_at" timestamptz(3);--> statement-breakpoint
-- What may be decided was worked out from these until now.
UPDATE "platform_complaints" SET "acts" = CASE WHEN coalesce("refund_amount", 0) > 0 AND NOT "is_refunded"
  THEN ARRAY['complete', 'approveRefund', 'rejectRefund'] ELSE ARRAY['complete'] END WHERE "phase" IN ('waiting', 'handling');