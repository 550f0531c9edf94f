import { wordsOf } from "../object-types.ts";
import { type DefinedName, define } from "./define.ts";
import type { Handlers, Handling } from "./handler.ts";

/**
 * The server itself: databases, tablespaces, its configuration, its code, and its ways to other servers.
 *
 * All of tier `admin`. Those that cannot run in a transaction, or that reach outside, escape it.
 */
export const serverHandlers: Handlers<
  | "CreatedbStmt"
  | "AlterDatabaseStmt"
  | "AlterDatabaseRefreshCollStmt"
  | "AlterDatabaseSetStmt"
  | "DropdbStmt"
  | "CreateTableSpaceStmt"
  | "DropTableSpaceStmt"
  | "AlterTableSpaceOptionsStmt"
  | "AlterTableMoveAllStmt"
  | "AlterSystemStmt"
  | "CreateExtensionStmt"
  | "AlterExtensionStmt"
  | "AlterExtensionContentsStmt"
  | "CreatePLangStmt"
  | "CreateAmStmt"
  | "CreateEventTrigStmt"
  | "AlterEventTrigStmt"
  | "CreateFdwStmt"
  | "AlterFdwStmt"
  | "CreateForeignServerStmt"
  | "AlterForeignServerStmt"
  | "CreateUserMappingStmt"
  | "AlterUserMappingStmt"
  | "DropUserMappingStmt"
  | "ImportForeignSchemaStmt"
  | "CreatePublicationStmt"
  | "AlterPublicationStmt"
  | "CreateSubscriptionStmt"
  | "AlterSubscriptionStmt"
  | "DropSubscriptionStmt"
> = {
  CreatedbStmt: ({ dbname }, to) => administerOutside(to, "CREATE DATABASE", dbname),
  AlterDatabaseStmt: ({ dbname }, to) => administerOutside(to, "ALTER DATABASE", dbname),
  AlterDatabaseRefreshCollStmt: ({ dbname }, to) => administer(to, "ALTER DATABASE", dbname),
  AlterDatabaseSetStmt: ({ dbname }, to) => administer(to, "ALTER DATABASE", dbname),
  DropdbStmt: ({ dbname }, to) => administerOutside(to, "DROP DATABASE", dbname, true),
  CreateTableSpaceStmt: ({ tablespacename }, to) =>
    administerOutside(to, "CREATE TABLESPACE", tablespacename),
  DropTableSpaceStmt: ({ tablespacename }, to) =>
    administerOutside(to, "DROP TABLESPACE", tablespacename, true),
  AlterTableSpaceOptionsStmt: ({ tablespacename }, to) => administer(to, "ALTER TABLESPACE", tablespacename),
  AlterTableMoveAllStmt: ({ objtype, orig_tablespacename }, to) =>
    administer(to, `ALTER ${wordsOf(objtype)} ALL IN TABLESPACE`, orig_tablespacename),
  AlterSystemStmt: ({ setstmt }, to) => administerOutside(to, "ALTER SYSTEM", setstmt?.name),

  CreateExtensionStmt: ({ extname }, to) => administer(to, "CREATE EXTENSION", extname),
  AlterExtensionStmt: ({ extname }, to) => administer(to, "ALTER EXTENSION", extname),
  AlterExtensionContentsStmt: ({ extname }, to) => administer(to, "ALTER EXTENSION", extname),
  CreatePLangStmt: ({ plname }, to) => administer(to, "CREATE LANGUAGE", plname),
  CreateAmStmt: ({ amname }, to) => administer(to, "CREATE ACCESS METHOD", amname),
  CreateEventTrigStmt: ({ trigname }, to) => administer(to, "CREATE EVENT TRIGGER", trigname),
  AlterEventTrigStmt: ({ trigname }, to) => administer(to, "ALTER EVENT TRIGGER", trigname),

  CreateFdwStmt: ({ fdwname }, to) => administer(to, "CREATE FOREIGN DATA WRAPPER", fdwname),
  AlterFdwStmt: ({ fdwname }, to) => administer(to, "ALTER FOREIGN DATA WRAPPER", fdwname),
  CreateForeignServerStmt: ({ servername }, to) => administer(to, "CREATE SERVER", servername),
  AlterForeignServerStmt: ({ servername }, to) => administer(to, "ALTER SERVER", servername),
  CreateUserMappingStmt: ({ servername }, to) => administer(to, "CREATE USER MAPPING", servername),
  AlterUserMappingStmt: ({ servername }, to) => administer(to, "ALTER USER MAPPING", servername),
  DropUserMappingStmt: ({ servername }, to) => administer(to, "DROP USER MAPPING", servername, true),
  ImportForeignSchemaStmt: ({ local_schema }, to) =>
    administerOutside(to, "IMPORT FOREIGN SCHEMA", local_schema),

  CreatePublicationStmt: ({ pubname }, to) => administer(to, "CREATE PUBLICATION", pubname),
  AlterPublicationStmt: ({ pubname }, to) => administer(to, "ALTER PUBLICATION", pubname),
  CreateSubscriptionStmt: ({ subname }, to) => administerOutside(to, "CREATE SUBSCRIPTION", subname),
  AlterSubscriptionStmt: ({ subname }, to) => administerOutside(to, "ALTER SUBSCRIPTION", subname),
  DropSubscriptionStmt: ({ subname }, to) => administerOutside(to, "DROP SUBSCRIPTION", subname, true),
};

function administer({ draft }: Handling, verb: string, name: DefinedName, unbounded = false): void {
  define(draft, verb, name, { kind: "admin", tier: "admin", unbounded });
}

function administerOutside(handling: Handling, verb: string, name: DefinedName, unbounded = false): void {
  administer(handling, verb, name, unbounded);
  handling.draft.escapesTransaction = true;
}
