/** Of each table the rows that are only for tests, and those of a customer. */
export const BILLING_ROWS = {
  billing_transactions: { customer: 35_874, test: 126 },
  message_records: { customer: 35_254, test: 4746 },
} as const;

/** What was sent and charged for two clients: one for tests, and a customer. */
export const billing = `
  CREATE TABLE clients (id int PRIMARY KEY, code text UNIQUE, name text);
  INSERT INTO clients VALUES (1, 'CC-00001', 'ZT-TEST'), (23, 'CC-00023', 'JIXEN');

  CREATE TABLE message_records (
    id bigint PRIMARY KEY,
    client_id int NOT NULL REFERENCES clients,
    msisdn text NOT NULL,
    sent_at timestamptz NOT NULL
  );
  INSERT INTO message_records
    SELECT n, client, CASE client WHEN 1 THEN 'ZT-' ELSE '+91' END || n,
      '2026-03-01 00:00+00'::timestamptz + make_interval(secs => n)
    FROM generate_series(1, 40000) AS n, LATERAL (SELECT CASE WHEN n <= 4746 THEN 1 ELSE 23 END) AS of (client);

  CREATE TABLE billing_transactions (
    id bigint PRIMARY KEY,
    client_id int NOT NULL REFERENCES clients,
    amount numeric(12, 4) NOT NULL
  );
  INSERT INTO billing_transactions
    SELECT n, CASE WHEN n <= 126 THEN 1 ELSE 23 END, (n % 97) * 0.0125 FROM generate_series(1, 36000) AS n;
`;
