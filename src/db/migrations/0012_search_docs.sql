CREATE TABLE "search_docs" (
	"case_no" text NOT NULL,
	"source" text NOT NULL,
	"at" timestamptz(3) NOT NULL,
	"norm" text NOT NULL,
	"grams" integer[] NOT NULL,
	"shown" boolean NOT NULL,
	CONSTRAINT "search_docs_case_no_source_pk" PRIMARY KEY("case_no","source")
);
--> statement-breakpoint
CREATE INDEX "search_docs_at" ON "search_docs" USING btree ("at");--> statement-breakpoint
CREATE INDEX "search_docs_grams" ON "search_docs" USING gin ("grams") WITH (fastupdate=false);