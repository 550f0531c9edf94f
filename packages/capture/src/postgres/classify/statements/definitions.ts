import { partsOfHolder, partsOfObject, touchParts } from "../object-names.ts";
import { belongsToServer, wordsOf } from "../object-types.ts";
import { startAt, visit } from "../visitor.ts";
import { isTrusted, languageOf } from "./calls.ts";
import { define } from "./define.ts";
import type { Handlers } from "./handler.ts";
import { noteLentFunctions } from "./lent-functions.ts";

/** Everything else that a schema can hold: functions, types, operators, text search. */
export const definitionHandlers: Handlers<
  | "CreateSchemaStmt"
  | "CreateFunctionStmt"
  | "AlterFunctionStmt"
  | "CreateDomainStmt"
  | "AlterDomainStmt"
  | "CompositeTypeStmt"
  | "CreateEnumStmt"
  | "AlterEnumStmt"
  | "CreateRangeStmt"
  | "AlterTypeStmt"
  | "DefineStmt"
  | "CreateCastStmt"
  | "CreateConversionStmt"
  | "CreateTransformStmt"
  | "CreateOpClassStmt"
  | "CreateOpFamilyStmt"
  | "AlterOpFamilyStmt"
  | "AlterOperatorStmt"
  | "AlterCollationStmt"
  | "AlterTSDictionaryStmt"
  | "AlterTSConfigurationStmt"
  | "RenameStmt"
  | "AlterObjectSchemaStmt"
  | "AlterObjectDependsStmt"
  | "CommentStmt"
> = {
  /** Without a name, it is called as its owner is. */
  CreateSchemaStmt: ({ authrole, schemaElts, schemaname }, { draft, include }) => {
    define(draft, "CREATE SCHEMA", schemaname ?? authrole?.rolename);
    for (const element of schemaElts ?? []) include(element);
  },

  /** A function in an untrusted language is a program for the server's machine. */
  CreateFunctionStmt: ({ funcname, is_procedure, options, parameters, sql_body }, { draft }) => {
    const verb = is_procedure === true ? "CREATE PROCEDURE" : "CREATE FUNCTION";
    const tier = isTrusted(languageOf(options)) ? "write" : "admin";
    const operation = define(draft, verb, funcname, { tier });
    // A body in SQL's own grammar can be read; one in a string is the business of whoever has the catalogue.
    visit([parameters, sql_body], startAt(draft, operation, "store"));
  },
  AlterFunctionStmt: ({ func, objtype }, { draft }) =>
    void define(draft, `ALTER ${wordsOf(objtype)}`, func?.objname),

  CreateDomainStmt: ({ constraints, domainname }, { draft }) => {
    const operation = define(draft, "CREATE DOMAIN", domainname);
    visit(constraints, startAt(draft, operation, "store"));
  },
  /** A new check runs on every row that uses the domain. */
  AlterDomainStmt: ({ def, typeName }, { draft }) => {
    const operation = define(draft, "ALTER DOMAIN", typeName);
    visit(def, startAt(draft, operation));
  },
  CompositeTypeStmt: ({ typevar }, { draft }) => void define(draft, "CREATE TYPE", typevar),
  CreateEnumStmt: ({ typeName }, { draft }) => void define(draft, "CREATE TYPE", typeName),
  AlterEnumStmt: ({ typeName }, { draft }) => void define(draft, "ALTER TYPE", typeName),
  CreateRangeStmt: ({ typeName }, { draft }) => void define(draft, "CREATE TYPE", typeName),
  AlterTypeStmt: ({ typeName }, { draft }) => void define(draft, "ALTER TYPE", typeName),
  DefineStmt: ({ defnames, definition, kind }, { draft }) => {
    define(draft, `CREATE ${wordsOf(kind)}`, defnames);
    noteLentFunctions(draft, definition);
  },

  CreateCastStmt: ({ func }, { draft }) => {
    define(draft, "CREATE CAST", func?.objname);
    noteLentFunctions(draft, func?.objname);
  },
  CreateConversionStmt: ({ conversion_name, func_name }, { draft }) => {
    define(draft, "CREATE CONVERSION", conversion_name);
    noteLentFunctions(draft, func_name);
  },
  CreateTransformStmt: ({ fromsql, tosql, type_name }, { draft }) => {
    define(draft, "CREATE TRANSFORM", type_name?.names);
    noteLentFunctions(draft, [fromsql?.objname, tosql?.objname]);
  },
  CreateOpClassStmt: ({ items, opclassname }, { draft }) => {
    define(draft, "CREATE OPERATOR CLASS", opclassname);
    noteLentFunctions(draft, items);
  },
  CreateOpFamilyStmt: ({ opfamilyname }, { draft }) =>
    void define(draft, "CREATE OPERATOR FAMILY", opfamilyname),
  AlterOpFamilyStmt: ({ opfamilyname }, { draft }) =>
    void define(draft, "ALTER OPERATOR FAMILY", opfamilyname),
  AlterOperatorStmt: ({ opername }, { draft }) => void define(draft, "ALTER OPERATOR", opername?.objname),
  AlterCollationStmt: ({ collname }, { draft }) => void define(draft, "ALTER COLLATION", collname),
  AlterTSDictionaryStmt: ({ dictname }, { draft }) =>
    void define(draft, "ALTER TEXT SEARCH DICTIONARY", dictname),
  AlterTSConfigurationStmt: ({ cfgname }, { draft }) =>
    void define(draft, "ALTER TEXT SEARCH CONFIGURATION", cfgname),

  /** Renaming a column or an attribute is altering what it belongs to; only then is `relationType` meant. */
  RenameStmt: ({ object, relation, relationType, renameType, subname }, { draft }) => {
    const isPart = renameType === "OBJECT_COLUMN" || renameType === "OBJECT_ATTRIBUTE";
    const type = isPart ? relationType : renameType;
    const operation = define(draft, `ALTER ${wordsOf(type)}`, relation, tierOf(type));
    if (relation !== undefined) return;
    // Under another name nobody would recognise it.
    noteLentFunctions(draft, object);
    const isWord = object === undefined && subname !== undefined;
    touchParts(draft, operation, isWord ? [subname] : partsOfObject(object, type));
  },
  AlterObjectSchemaStmt: ({ newschema, object, objectType, relation }, { draft }) => {
    const operation = define(draft, `ALTER ${wordsOf(objectType)}`, relation, tierOf(objectType));
    const parts = partsOfObject(object, objectType);
    if (relation === undefined) touchParts(draft, operation, parts);
    const name = relation?.relname ?? parts.at(-1);
    if (newschema !== undefined && name !== undefined) touchParts(draft, operation, [newschema, name]);
  },
  AlterObjectDependsStmt: ({ object, objectType, relation }, { draft }) => {
    const operation = define(draft, `ALTER ${wordsOf(objectType)}`, relation);
    if (relation === undefined) touchParts(draft, operation, partsOfObject(object, objectType));
  },

  CommentStmt: ({ object, objtype }, { draft }) => {
    touchParts(draft, define(draft, "COMMENT", undefined), partsOfHolder(object, objtype));
  },
};

function tierOf(type: Parameters<typeof wordsOf>[0]): { tier: "admin" | "write" } {
  return { tier: type !== undefined && belongsToServer.has(type) ? "admin" : "write" };
}
