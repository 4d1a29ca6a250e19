CREATE TABLE "inbound_places" (
	"source" text PRIMARY KEY NOT NULL,
	"validity" text NOT NULL,
	"last_uid" bigint NOT NULL,
	"since" timestamptz(3) NOT NULL
);
