/**
 * What is denied unless a rule of the user's, which stand before these, allows it. Presets stand behind the denials, so
 * that nobody is asked about what will be refused anyway, and before what is allowed here. They are written in the
 * language of policies, so that they can be read, and copied, by whoever writes one.
 */
export const BUILTIN_RULES_TEXT: string = `version: 1
rules:
  - name: builtin:unknown
    match: { kind: unknown }
    when: "!(verb in ['FUNCTION', 'CALL', 'DO', 'REPLACED'])"
    effect: deny
    message: Custody cannot tell what this would do, so it does not let it happen

  - name: builtin:function-call-message
    match: { verb: FUNCTION CALL }
    effect: deny
    message: the protocol's function-call message bypasses SQL; call the function in a SELECT

  - name: builtin:stamp
    match: { function: pg_logical_emit_message }
    effect: deny
    message: logical messages carry Custody's own marks in the write-ahead log

  - name: builtin:server-programs
    match: { verb: [COPY FROM PROGRAM, COPY TO PROGRAM] }
    effect: deny
    message: it would run a program on the database server's machine

  - name: builtin:server-files
    match: { verb: [COPY FROM FILE, COPY TO FILE] }
    effect: deny
    message: it would read or write files of the database server's machine; use STDIN or STDOUT

  - name: builtin:server-files
    match:
      function: [pg_read_*, pg_ls_*, pg_file_*, pg_logdir_*, pg_stat_file, pg_current_logfile, pg_hba_file_rules,
                 pg_ident_file_mappings, pg_show_all_file_settings, lo_import, lo_export, pg_execute_server_program]
    effect: deny
    message: it would read or write files of the database server's machine

  - name: builtin:other-servers
    match: { function: "dblink*" }
    effect: deny
    message: it would reach another server, past Custody

  - name: builtin:other-servers
    match: { tier: admin, verb: ["* SERVER", "* USER MAPPING", "* FOREIGN DATA WRAPPER", "* FOREIGN TABLE", IMPORT FOREIGN SCHEMA] }
    effect: deny
    message: it would open a way to another server, past Custody

  - name: builtin:replication
    match: { verb: ["* PUBLICATION", "* SUBSCRIPTION", "*REPLICATION*"] }
    effect: deny
    message: replication carries data past Custody

  - name: builtin:replication
    match: { function: ["pg_replication_*", "pg_logical_slot_*", "*_replication_slot", "*_replication_slots"] }
    effect: deny
    message: replication carries data past Custody

  - name: builtin:roles
    match: { verb: ["* ROLE"] }
    effect: deny
    message: who may do what is for the database's administrator to change

  - name: builtin:privileges
    match: { kind: grant }
    effect: deny
    message: who may do what is for the database's administrator to change

  - name: builtin:administration
    match: { tier: admin }
    effect: deny
    message: administering the database server is not for agents

  - name: builtin:unreadable-code
    match: { kind: unknown, verb: [FUNCTION, CALL, DO] }
    effect: allow
    message: it runs code that Custody cannot read, which may do whatever its role may

  - name: builtin:replaced-statement
    match: { kind: unknown, verb: REPLACED }
    effect: allow
    message: code that ran since it was prepared may have put another statement under its name; prepare it again
`;
