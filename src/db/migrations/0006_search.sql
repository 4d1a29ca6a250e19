DROP INDEX "cases_due";--> statement-breakpoint
DROP INDEX "complaints_order";--> statement-breakpoint
DROP INDEX "complaints_serial";--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "pressing_at" timestamptz(3);--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "email_key" text;--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "serial_key" text GENERATED ALWAYS AS (lower(btrim(regexp_replace(regexp_replace(normalize("complaints"."serial_no", NFKC), '[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]', '', 'g'), '[\u2010-\u2015\u2212]', '-', 'g')))) STORED;--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "order_key" text GENERATED ALWAYS AS (lower(btrim(regexp_replace(regexp_replace(normalize("complaints"."order_no", NFKC), '[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]', '', 'g'), '[\u2010-\u2015\u2212]', '-', 'g')))) STORED;--> statement-breakpoint
CREATE INDEX "cases_pressing" ON "cases" USING btree ("pressing_at","case_no");--> statement-breakpoint
CREATE INDEX "complaints_email" ON "complaints" USING btree ("email_key") WHERE "complaints"."email_key" is not null;--> statement-breakpoint
CREATE INDEX "complaints_order" ON "complaints" USING btree ("order_key") WHERE "complaints"."order_key" is not null;--> statement-breakpoint
CREATE INDEX "complaints_serial" ON "complaints" USING btree ("serial_key") WHERE "complaints"."serial_key" is not null;--> statement-breakpoint
-- Written by hand: rows from before get what new rows are written with.
UPDATE "complaints" SET "email_key" = lower(btrim("contact_email")) WHERE "contact_email" IS NOT NULL;--> statement-breakpoint
UPDATE "cases" SET "pressing_at" = coalesce((
	SELECT min(c."due_at") FROM "case_clocks" c
	WHERE c."case_no" = "cases"."case_no" AND c."status" IN ('running', 'paused') AND c."breached_at" IS NOT NULL
), "next_due_at");--> statement-breakpoint
-- Of a Chinese number with an area code the key was 86… where the country was given, and 0… where not: 0… it is. Where the
-- 0 in brackets of a number abroad (+44 (0)20 …) was kept, it goes.
UPDATE "complaints" SET "phone_key" = CASE
	WHEN "phone_key" ~ '^860?(10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}$' THEN regexp_replace("phone_key", '^860?', '0')
	ELSE regexp_replace("phone_key", '^(20|27|3[123]|4[134569]|6[1-6]|8[124]|9[0-58]|35[1238]|420|43|886|972)0', '\1')
END
WHERE "phone_key" ~ '^860?(10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}$'
	OR ("contact_phone" LIKE '+%' AND "phone_key" ~ '^(20|27|3[123]|4[134569]|6[1-6]|8[124]|9[0-58]|35[1238]|420|43|886|972)0[1-9]');--> statement-breakpoint
-- Customers likewise. Who had two under two spellings is found by the one that is spelled as it is now.
UPDATE "customers" SET "match_key" = regexp_replace("match_key", '^p:860?', 'p:0')
WHERE "match_key" ~ '^p:860?(10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}$' AND NOT EXISTS (
	SELECT FROM "customers" other WHERE other."id" <> "customers"."id"
		AND regexp_replace(other."match_key", '^p:860?', 'p:0') = regexp_replace("customers"."match_key", '^p:860?', 'p:0')
		AND (other."match_key" LIKE 'p:0%' OR (other."created_at", other."id") < ("customers"."created_at", "customers"."id"))
);
