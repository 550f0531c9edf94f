/** Roles belong to the whole server, which other tests share: so these names are nobody else's. */
export const roles: readonly string[] = ["corpus_reader", "corpus_owner"];

/**
 * What the corpus runs against. `wipe()` and all that leads to it deletes from `log`, so that a deletion there is
 * always the deed of code that no statement shows.
 */
export const schema = `
  CREATE TABLE log (id bigserial PRIMARY KEY, what text);
  INSERT INTO log (what) VALUES ('one'), ('two');
  CREATE TABLE audit (what text);

  CREATE TABLE users (id int PRIMARY KEY, name text, boss int);
  CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE, total numeric);
  CREATE TABLE items (order_id int REFERENCES orders ON DELETE CASCADE, sku text, count int);
  CREATE TABLE stock (id int PRIMARY KEY, sku text, count int, tags text[] DEFAULT '{}');
  CREATE TABLE staged (id int PRIMARY KEY, count int);
  CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree ON DELETE CASCADE);
  INSERT INTO users SELECT i, 'user ' || i, nullif(i - 1, 0) FROM generate_series(1, 3) i;
  INSERT INTO orders SELECT i, i, i * 10 FROM generate_series(1, 3) i;
  INSERT INTO items SELECT i, 'sku', i FROM generate_series(1, 3) i;
  INSERT INTO stock SELECT i, 'sku ' || i, i FROM generate_series(1, 3) i;
  INSERT INTO staged SELECT i, i FROM generate_series(2, 4) i;
  INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2);

  CREATE FUNCTION wipe() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS
    $$ DECLARE n bigint; BEGIN DELETE FROM public.log; GET DIAGNOSTICS n = ROW_COUNT; RETURN n; END $$;
  CREATE FUNCTION planned() RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS
    $$ DECLARE n bigint; BEGIN SELECT public.wipe() INTO n; RETURN n; END $$;
  CREATE FUNCTION spied(int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM public.wipe(); RETURN true; END $$;
  CREATE FUNCTION spied(int, int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM public.wipe(); RETURN $1; END $$;
  CREATE FUNCTION double(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
  CREATE FUNCTION opened(c refcursor) RETURNS refcursor LANGUAGE plpgsql AS
    $$ BEGIN OPEN c FOR SELECT public.wipe(); RETURN c; END $$;
  CREATE PROCEDURE archive(int) LANGUAGE sql AS 'DELETE FROM stock WHERE id = $1';
  CREATE PROCEDURE archive_and_commit() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM stock; COMMIT; END $$;

  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO public.audit VALUES (tg_op); RETURN coalesce(new, old); END $$;
  CREATE TABLE watched (id int, note text);
  INSERT INTO watched VALUES (1, 'a'), (2, 'b');
  CREATE TRIGGER watching AFTER INSERT OR UPDATE OR DELETE ON watched FOR EACH ROW EXECUTE FUNCTION note();
  CREATE TRIGGER emptied AFTER TRUNCATE ON watched EXECUTE FUNCTION note();
  CREATE TABLE patient (id int);
  CREATE CONSTRAINT TRIGGER later AFTER INSERT ON patient DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION note();
  CREATE TABLE ruled (id int);
  INSERT INTO ruled VALUES (1);
  CREATE RULE more AS ON INSERT TO ruled DO ALSO INSERT INTO audit VALUES ('ruled');
  CREATE RULE other AS ON DELETE TO ruled DO INSTEAD DELETE FROM log;

  CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE events_rest PARTITION OF events DEFAULT;
  INSERT INTO events VALUES (1, '2024-05-01'), (2, '2026-05-01');
  CREATE TABLE defaulted (id int, n bigint DEFAULT wipe());

  CREATE VIEW user_names AS SELECT id, name FROM users;
  CREATE VIEW front AS SELECT id, note FROM watched;
  CREATE TRIGGER instead INSTEAD OF INSERT OR UPDATE OR DELETE ON front FOR EACH ROW EXECUTE FUNCTION note();
  CREATE VIEW sly AS SELECT wipe() AS n;
  CREATE VIEW plotted AS SELECT planned() AS n;
  CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(total) AS total FROM orders GROUP BY 1;
  CREATE INDEX totals_of ON totals (user_id);

  CREATE SEQUENCE counter;
  SELECT nextval('counter');
  CREATE SCHEMA shop;
  CREATE TABLE shop.users (id int PRIMARY KEY, name text);
  INSERT INTO shop.users VALUES (1, 'shop');
  SELECT lo_from_bytea(4242, 'large');

  CREATE TYPE mood AS ENUM ('calm', 'wild');
  CREATE TYPE pair AS (a int, b int);
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE DOMAIN checked AS int CHECK (spied(VALUE));
  CREATE TYPE wrapped AS (name text);
  CREATE FUNCTION wrap(text) RETURNS wrapped LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.wipe(); RETURN row($1)::wrapped; END $$;
  CREATE CAST (text AS wrapped) WITH FUNCTION wrap(text);
  CREATE FUNCTION told(mood) RETURNS json LANGUAGE plpgsql AS
    $$ BEGIN PERFORM public.wipe(); RETURN to_json('x'::text); END $$;
  CREATE CAST (mood AS json) WITH FUNCTION told(mood);
  CREATE FUNCTION wiped(users) RETURNS bigint LANGUAGE sql AS 'SELECT wipe()';
  CREATE FUNCTION lower(int) RETURNS bigint LANGUAGE sql AS 'SELECT wipe()';
  CREATE OPERATOR !!! (FUNCTION = spied, RIGHTARG = int);
  CREATE FUNCTION joined(text, int) RETURNS bigint LANGUAGE sql AS 'SELECT wipe()';
  CREATE OPERATOR + (FUNCTION = joined, LEFTARG = text, RIGHTARG = int);
  CREATE AGGREGATE wiping(int) (SFUNC = spied, STYPE = int, INITCOND = '0');
  CREATE SCHEMA evil;
  CREATE FUNCTION evil.lower(text) RETURNS bigint LANGUAGE sql AS 'SELECT public.wipe()';

  CREATE TABLE guarded (id int);
  INSERT INTO guarded VALUES (1);
  ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
  CREATE POLICY spying ON guarded USING (spied(id));
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO corpus_reader;
`;
