/** A database with each kind of object that dumps and catalogues know, and rows in it. */
export const sampleDatabase = `
  CREATE SCHEMA shop;
  CREATE TYPE shop.mood AS ENUM ('calm', 'wild');
  CREATE DOMAIN shop.positive AS int CHECK (VALUE > 0);
  CREATE TABLE shop.firms (id serial PRIMARY KEY, name text NOT NULL DEFAULT 'none', mood shop.mood, share numeric(5, 2));
  CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, firm int REFERENCES shop.firms ON DELETE CASCADE,
    total shop.positive, twice int GENERATED ALWAYS AS (total * 2) STORED, CHECK (total < 1000));
  CREATE INDEX by_total ON orders (total) INCLUDE (firm) WHERE total > 10;
  CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE wide (id int, bytes bytea, words text[], document jsonb, moment timestamptz, note text);
  CREATE VIEW rich AS SELECT f.name, sum(o.total) AS total FROM shop.firms f JOIN orders o ON o.firm = f.id GROUP BY 1;
  CREATE MATERIALIZED VIEW frozen AS SELECT * FROM rich;
  CREATE FUNCTION shop.twice(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN n * 2; END $$;
  CREATE PROCEDURE tidy() LANGUAGE sql AS 'DELETE FROM public.orders WHERE total IS NULL';
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
  CREATE TRIGGER noting BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note();
  CREATE RULE quiet AS ON DELETE TO shop.firms WHERE old.id < 0 DO INSTEAD NOTHING;
  CREATE POLICY mine ON orders USING (firm > 0);
  ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
  CREATE AGGREGATE shop.total(int) (SFUNC = int4pl, STYPE = int);
  CREATE OPERATOR <+> (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);
  CREATE COLLATION shop.plain FROM "C";
  CREATE STATISTICS about ON firm, total FROM orders;
  CREATE TABLE "odd ""name" ("select" int, "naïve é" text);
  COMMENT ON TABLE orders IS 'what was ordered';
  COMMENT ON COLUMN orders.total IS 'in cents';
  INSERT INTO shop.firms (name, mood, share) SELECT 'firm ' || i, 'calm', i FROM generate_series(1, 4) i;
  INSERT INTO orders (firm, total) SELECT 1 + i % 4, i * 7 FROM generate_series(1, 9) i;
  INSERT INTO events SELECT i, date '2026-01-01' + i FROM generate_series(1, 20) i;
  INSERT INTO wide SELECT i, decode(md5(i::text), 'hex'), ARRAY['a,b', NULL, '"' || i], jsonb_build_object('n', i),
    timestamptz '2026-11-27 12:00:00+00' + i * interval '1 hour', E'tab\\t and \\\\ and line\\n ' || i FROM generate_series(1, 2000) i;
  INSERT INTO "odd ""name" VALUES (1, 'ü');
  REFRESH MATERIALIZED VIEW frozen;
`;

/** Who may do what, and what goes to other servers: an agent may not restore those. */
export const privilegesAndPublications = `
  CREATE PUBLICATION news FOR TABLE orders;
  GRANT SELECT ON orders TO PUBLIC;
  GRANT SELECT (name), UPDATE (share) ON shop.firms TO PUBLIC;
  ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC;
`;
