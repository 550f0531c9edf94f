/** What the customer database of the incidents holds, and what it is known to be worth: rows, and the digest of all of them. */
export const CRM_TABLES = {
  companies: { hash: "5b4c5e2ece76b41eb966c6eb8d23090e", rows: 1196 },
  executives: { hash: "bab87b088bb939aa12656612b960e803", rows: 1206 },
} as const;

/** Companies, the people in them, and a function that deletes these under a harmless name. */
export const crm = `
  CREATE TABLE companies (
    id int PRIMARY KEY,
    name text NOT NULL,
    domain text UNIQUE,
    arr numeric(14, 2),
    meta jsonb,
    created_at timestamptz NOT NULL
  );
  INSERT INTO companies
    SELECT n, 'Company ' || n, 'c' || n || '.example', n * 1234.56,
      jsonb_build_object('tier', n % 5, 'tags', jsonb_build_array('a' || n % 7)),
      '2025-01-01 00:00+00'::timestamptz + make_interval(hours => n)
    FROM generate_series(1, 1196) AS n;

  CREATE TABLE executives (
    id bigserial PRIMARY KEY,
    company_id int REFERENCES companies ON DELETE CASCADE,
    full_name text NOT NULL,
    email text,
    score double precision,
    photo bytea,
    created_at timestamptz NOT NULL
  );
  CREATE INDEX executives_email_idx ON executives (lower(email));
  INSERT INTO executives (company_id, full_name, email, score, photo, created_at)
    SELECT company, 'Exec ' || n, CASE WHEN n % 50 <> 0 THEN 'e' || n || '@c' || company || '.example' END, sqrt(n),
      decode(md5(n::text), 'hex'), '2025-02-01 00:00+00'::timestamptz + make_interval(mins => n)
    FROM generate_series(1, 1206) AS n, LATERAL (SELECT 1 + n % 1196) AS of (company);

  CREATE FUNCTION wipe_execs() RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE gone bigint;
    BEGIN
      DELETE FROM executives;
      GET DIAGNOSTICS gone = ROW_COUNT;
      RETURN gone;
    END $$;
`;

export const CHAINED: readonly string[] = Array.from(
  { length: 60 },
  (_, at) => `t${String(at + 1).padStart(2, "0")}`,
);

/** Sixty tables of fifty rows, each referring to the one before it, and things that stand upon the companies. */
export const chained = `
  ${CHAINED.map((name, at) => {
    const parent = CHAINED[at - 1];
    const above = parent === undefined ? "" : `, above int DEFAULT 1 REFERENCES ${parent}`;
    return `CREATE TABLE ${name} (id int PRIMARY KEY${above});
      INSERT INTO ${name} (id) SELECT generate_series(1, 50);`;
  }).join("\n")}
  CREATE VIEW staff AS SELECT c.name AS company, e.full_name FROM companies c JOIN executives e ON e.company_id = c.id;
  CREATE MATERIALIZED VIEW headcount AS SELECT company_id, count(*) AS people FROM executives GROUP BY company_id;
  CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.full_name := trim(NEW.full_name);
      RETURN NEW;
    END $$;
  CREATE TRIGGER tidy BEFORE INSERT OR UPDATE ON executives FOR EACH ROW EXECUTE FUNCTION tidy();
`;
