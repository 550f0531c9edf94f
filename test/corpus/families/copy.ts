import type { Case } from "../case.ts";

/** COPY between tables and the client, and between tables and the server's own machine. */
export const copy: readonly Case[] = [
  { sql: "COPY users TO STDOUT", effects: "COPY TO · copy COPY TO(r users)" },
  {
    sql: "COPY users (id, name) TO STDOUT WITH (FORMAT csv, HEADER)",
    effects: "COPY TO · copy COPY TO(r users)",
  },
  { sql: "COPY (SELECT * FROM users) TO STDOUT", effects: "COPY TO · copy COPY TO(r users)" },
  { sql: "COPY (VALUES (1)) TO STDOUT BINARY", effects: "COPY TO · copy COPY TO()" },
  {
    sql: "COPY (SELECT wipe()) TO STDOUT",
    effects: "COPY TO · copy COPY TO() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "COPY (SELECT nextval('counter')) TO STDOUT",
    effects:
      "COPY TO · copy COPY TO() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "COPY (DELETE FROM log RETURNING *) TO STDOUT",
    effects: "COPY TO · copy COPY TO() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "COPY (INSERT INTO audit VALUES ('x') RETURNING what) TO STDOUT",
    effects: "COPY TO · copy COPY TO() · write insert INSERT(w audit) · writes",
  },
  {
    sql: "COPY (UPDATE stock SET count = 0 RETURNING id) TO STDOUT",
    effects: "COPY TO · copy COPY TO() · destructive update UPDATE!(w stock) · writes",
  },
  {
    sql: "COPY (MERGE INTO stock USING staged s ON stock.id = s.id WHEN MATCHED THEN DELETE RETURNING stock.id) TO STDOUT",
    effects:
      "COPY TO · copy COPY TO() · write merge MERGE(w stock, r staged) · write delete MERGE DELETE(w stock) · writes",
    since: 17,
  },
  {
    sql: "COPY (WITH d AS (DELETE FROM log RETURNING 1) SELECT * FROM d) TO STDOUT",
    effects: "COPY TO · copy COPY TO() · destructive delete DELETE!(w log) · writes",
  },
  { sql: "COPY (TABLE users) TO STDOUT", effects: "COPY TO · copy COPY TO(r users)" },
  {
    sql: "COPY staged FROM STDIN",
    effects: "COPY FROM · write copy COPY FROM(w staged) · writes",
    data: "50\t1\n",
  },
  {
    sql: "COPY staged (id) FROM STDIN (FORMAT csv)",
    effects: "COPY FROM · write copy COPY FROM(w staged) · writes",
    data: "51\n52\n",
  },
  {
    sql: "COPY staged FROM STDIN WHERE id > 60",
    effects: "COPY FROM · write copy COPY FROM(w staged) · writes",
    data: "50\t1\n61\t2\n",
  },
  {
    sql: "COPY staged FROM STDIN WHERE wipe() >= 0",
    effects: "COPY FROM · write copy COPY FROM(w staged) · write call FUNCTION(r wipe) · writes · escapes",
    data: "53\t1\n",
  },
  {
    sql: "COPY log (what) FROM STDIN",
    effects: "COPY FROM · write copy COPY FROM(w log) · writes",
    data: "a\n",
  },
  {
    sql: "COPY watched FROM STDIN",
    effects: "COPY FROM · write copy COPY FROM(w watched) · writes",
    data: "5\tx\n",
    also: ["audit"],
  },
  {
    sql: "COPY events FROM STDIN",
    effects: "COPY FROM · write copy COPY FROM(w events) · writes",
    data: "5\t2024-01-05\n",
    also: ["events_2024"],
  },
  {
    sql: "COPY front FROM STDIN",
    effects: "COPY FROM · write copy COPY FROM(w front) · writes",
    data: "5\tx\n",
    also: ["audit"],
  },
  {
    sql: "COPY staged FROM '/nowhere'",
    effects: "COPY FROM FILE · admin copy COPY FROM FILE(w staged) · writes · escapes",
    fails: "58P01",
  },
  {
    sql: "COPY staged FROM PROGRAM 'false'",
    effects: "COPY FROM PROGRAM · admin copy COPY FROM PROGRAM(w staged) · writes · escapes",
    fails: "38000",
  },
  {
    sql: "COPY users TO '/nowhere/x'",
    effects: "COPY TO FILE · admin copy COPY TO FILE(r users) · writes · escapes",
    fails: "58P01",
  },
  {
    sql: "COPY users TO PROGRAM 'cat > /dev/null'",
    effects: "COPY TO PROGRAM · admin copy COPY TO PROGRAM(r users) · writes · escapes",
  },
  {
    sql: "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'",
    effects: "COPY TO PROGRAM · admin copy COPY TO PROGRAM() · writes · escapes",
  },
  {
    sql: "COPY (DELETE FROM log RETURNING 1) TO PROGRAM 'cat > /dev/null'",
    effects:
      "COPY TO PROGRAM · admin copy COPY TO PROGRAM() · destructive delete DELETE!(w log) · writes · escapes",
  },
  {
    sql: "COPY staged FROM PROGRAM 'echo 70' CSV",
    effects: "COPY FROM PROGRAM · admin copy COPY FROM PROGRAM(w staged) · writes · escapes",
    fails: "22P04",
  },
  {
    sql: "COPY BINARY staged FROM STDIN",
    effects: "COPY FROM · write copy COPY FROM(w staged) · writes",
    data: "x",
    fails: "22P04",
  },
  { sql: "COPY sly TO STDOUT", effects: "COPY TO · copy COPY TO(r sly)", fails: "42809" },
  { sql: "COPY (SELECT 1 INTO x) TO STDOUT", effects: "COPY TO · copy COPY TO(d x)", fails: "0A000" },
];
