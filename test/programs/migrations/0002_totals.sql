CREATE FUNCTION "public"."total_of"(integer) RETURNS numeric LANGUAGE sql STABLE AS
$$ SELECT coalesce(sum("total"), 0) FROM "orders" WHERE "firm" = $1 $$;--> statement-breakpoint
CREATE VIEW "public"."totals" AS (select "firms"."name", "total_of"("firms"."id") as "total" from "firms");--> statement-breakpoint
ALTER TABLE "firms" ADD COLUMN "since" date;--> statement-breakpoint
UPDATE "firms" SET "since" = '2026-11-27' WHERE "since" IS NULL;
