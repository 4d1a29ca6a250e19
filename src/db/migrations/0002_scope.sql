ALTER TABLE "complaints" DROP CONSTRAINT "complaints_customer_id_customers_id_fk";
--> statement-breakpoint
DROP INDEX "cases_customer";--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "involved" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "against" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
CREATE INDEX "cases_owner" ON "cases" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "cases_involved" ON "cases" USING gin ("involved") WHERE "cases"."involved" <> '{}';--> statement-breakpoint
CREATE INDEX "cases_customer" ON "cases" USING btree ("customer_id","received_at");