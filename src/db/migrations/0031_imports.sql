CREATE TABLE "import_mappings" (
	"name" text PRIMARY KEY NOT NULL,
	"system" text NOT NULL,
	"mapping" jsonb NOT NULL,
	"saved_by" text NOT NULL,
	"saved_at" timestamptz(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "import_refusals" (
	"import_id" text NOT NULL,
	"row" integer NOT NULL,
	"faults" jsonb NOT NULL,
	CONSTRAINT "import_refusals_import_id_row_pk" PRIMARY KEY("import_id","row")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" text PRIMARY KEY NOT NULL,
	"file_name" text NOT NULL,
	"format" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" bigint NOT NULL,
	"columns" jsonb NOT NULL,
	"status" text NOT NULL,
	"system" text,
	"mapping" jsonb,
	"position" integer NOT NULL,
	"imported" integer NOT NULL,
	"known" integer NOT NULL,
	"refused" integer NOT NULL,
	"fault" jsonb,
	"created_by" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"started_by" text,
	"started_at" timestamptz(3),
	"ended_at" timestamptz(3),
	"file_gone" boolean NOT NULL
);
--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "source_no" text;--> statement-breakpoint
CREATE INDEX "imports_running" ON "imports" USING btree ("started_at") WHERE "imports"."status" = 'running';--> statement-breakpoint
CREATE INDEX "imports_file" ON "imports" USING btree ("created_at") WHERE not "imports"."file_gone";--> statement-breakpoint
CREATE UNIQUE INDEX "complaints_source_no" ON "complaints" USING btree ("source","source_no") WHERE "complaints"."source_no" is not null;