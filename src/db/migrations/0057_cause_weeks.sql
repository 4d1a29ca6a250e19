CREATE TABLE "cause_weeks" (
	"week" text PRIMARY KEY NOT NULL,
	"findings" jsonb NOT NULL,
	"made_at" timestamptz(3) NOT NULL
);
