import type { Case } from "../case.ts";

/** DECLARE says what will be fetched, FETCH and MOVE run it. */
export const cursors: readonly Case[] = [
  {
    sql: "DECLARE c CURSOR FOR SELECT * FROM users",
    effects: "DECLARE CURSOR · read DECLARE CURSOR(r users)",
  },
  {
    sql: "DECLARE c BINARY INSENSITIVE SCROLL CURSOR WITH HOLD FOR SELECT * FROM users",
    effects: "DECLARE CURSOR · read DECLARE CURSOR(r users)",
  },
  {
    sql: "DECLARE c CURSOR FOR SELECT wipe()",
    effects: "DECLARE CURSOR · read DECLARE CURSOR() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "DECLARE c CURSOR WITH HOLD FOR SELECT nextval('counter')",
    effects:
      "DECLARE CURSOR · read DECLARE CURSOR() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "DECLARE c CURSOR FOR SELECT * FROM users FOR UPDATE",
    effects: "DECLARE CURSOR · read DECLARE CURSOR(r users)",
  },
  { sql: "FETCH c", effects: "FETCH · read FETCH()", after: ["DECLARE c CURSOR FOR SELECT * FROM users"] },
  {
    sql: "FETCH BACKWARD 2 IN c",
    effects: "FETCH · read FETCH()",
    after: ["DECLARE c SCROLL CURSOR FOR SELECT * FROM users"],
  },
  { sql: "FETCH c", effects: "FETCH · read FETCH()", after: ["DECLARE c CURSOR FOR SELECT wipe()"] },
  {
    sql: "FETCH FORWARD ALL FROM c",
    effects: "FETCH · read FETCH()",
    after: ["DECLARE c CURSOR FOR SELECT nextval('counter') FROM users"],
  },
  {
    sql: "FETCH ABSOLUTE 2 FROM c",
    effects: "FETCH · read FETCH()",
    after: ["DECLARE c SCROLL CURSOR FOR SELECT nextval('counter') FROM users"],
  },
  {
    sql: "MOVE FORWARD ALL FROM c",
    effects: "MOVE · read MOVE()",
    after: ["DECLARE c CURSOR FOR SELECT wipe()"],
  },
  {
    sql: "MOVE 1 FROM c",
    effects: "MOVE · read MOVE()",
    after: ["DECLARE c CURSOR FOR SELECT * FROM users"],
  },
  {
    sql: "FETCH c",
    effects: "FETCH · read FETCH()",
    after: ["DECLARE c CURSOR FOR SELECT * FROM users FOR UPDATE"],
    takesXid: true,
  },
  { sql: "CLOSE c", effects: "CLOSE · transaction CLOSE()", after: ["DECLARE c CURSOR FOR SELECT wipe()"] },
  { sql: "CLOSE ALL", effects: "CLOSE · transaction CLOSE()" },
  { sql: "FETCH nothing", effects: "FETCH · read FETCH()", fails: "34000" },
  {
    sql: "DECLARE c CURSOR FOR SELECT wipe(); FETCH c; CLOSE c",
    effects: [
      "DECLARE CURSOR · read DECLARE CURSOR() · write call FUNCTION(r wipe) · writes · escapes",
      "FETCH · read FETCH()",
      "CLOSE · transaction CLOSE()",
    ],
  },
  {
    sql: "DECLARE c CURSOR FOR VALUES (1); MOVE c",
    effects: ["DECLARE CURSOR · read DECLARE CURSOR()", "MOVE · read MOVE()"],
  },
];
