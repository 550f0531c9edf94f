CREATE TYPE "public"."mood" AS ENUM('calm', 'wild');--> statement-breakpoint
CREATE TABLE "firms" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"mood" "mood" DEFAULT 'calm' NOT NULL,
	CONSTRAINT "firms_name_unique" UNIQUE("name")
);
