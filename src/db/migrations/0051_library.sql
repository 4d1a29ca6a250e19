CREATE TABLE "library_acts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "library_acts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entry_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"act" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "library_entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"published_version" integer,
	"public_in" text,
	"case_no" text,
	"created_by" text NOT NULL,
	"created_at" timestamptz(3) NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" timestamptz(3) NOT NULL,
	"reviewed_by" text,
	"reviewed_at" timestamptz(3)
);
--> statement-breakpoint
CREATE TABLE "library_keys" (
	"key" integer NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"entry_id" uuid NOT NULL,
	CONSTRAINT "library_keys_key_at_entry_id_pk" PRIMARY KEY("key","at","entry_id")
);
--> statement-breakpoint
CREATE TABLE "library_uses" (
	"entry_id" uuid NOT NULL,
	"decision_id" text NOT NULL,
	"version" integer NOT NULL,
	"case_no" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	CONSTRAINT "library_uses_entry_id_decision_id_pk" PRIMARY KEY("entry_id","decision_id")
);
--> statement-breakpoint
CREATE TABLE "library_versions" (
	"entry_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"content" jsonb NOT NULL,
	"by" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"norm" text NOT NULL,
	"grams" integer[] NOT NULL,
	CONSTRAINT "library_versions_entry_id_version_pk" PRIMARY KEY("entry_id","version")
);
--> statement-breakpoint
ALTER TABLE "library_acts" ADD CONSTRAINT "library_acts_entry_id_library_entries_id_fk" FOREIGN KEY ("entry_id") REFERENCES "public"."library_entries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "library_keys" ADD CONSTRAINT "library_keys_entry_id_library_entries_id_fk" FOREIGN KEY ("entry_id") REFERENCES "public"."library_entries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "library_uses" ADD CONSTRAINT "library_uses_version" FOREIGN KEY ("entry_id","version") REFERENCES "public"."library_versions"("entry_id","version") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "library_versions" ADD CONSTRAINT "library_versions_entry_id_library_entries_id_fk" FOREIGN KEY ("entry_id") REFERENCES "public"."library_entries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "library_acts_of" ON "library_acts" USING btree ("entry_id","id");--> statement-breakpoint
CREATE INDEX "library_entries_changed" ON "library_entries" USING btree ("changed_at","id");--> statement-breakpoint
CREATE INDEX "library_entries_public" ON "library_entries" USING btree ("public_in","reviewed_at") WHERE "library_entries"."public_in" is not null;--> statement-breakpoint
CREATE INDEX "library_keys_entry" ON "library_keys" USING btree ("entry_id");--> statement-breakpoint
CREATE INDEX "library_uses_case" ON "library_uses" USING btree ("case_no");--> statement-breakpoint
CREATE INDEX "library_versions_grams" ON "library_versions" USING gin ("grams") WITH (fastupdate=false);