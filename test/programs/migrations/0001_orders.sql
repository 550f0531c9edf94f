CREATE TABLE IF NOT EXISTS "orders" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "orders_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"firm" integer NOT NULL,
	"total" numeric(10, 2) NOT NULL,
	"lines" jsonb
);
--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_firm_firms_id_fk" FOREIGN KEY ("firm") REFERENCES "public"."firms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "orders_firm_index" ON "orders" USING btree ("firm");--> statement-breakpoint
DO $$ BEGIN
 INSERT INTO "firms" ("name") VALUES ('the first');
EXCEPTION
 WHEN unique_violation THEN null;
END $$;
