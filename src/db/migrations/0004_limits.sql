-- Written by hand: UNLOGGED. A count of a minute is not worth a wait for the disk, and may be lost in a crash.
CREATE UNLOGGED TABLE "limits" (
	"key" varchar(255) PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
