import type { Node } from "libpg-query";

/** The name of any node of PostgreSQL's parse tree, e.g. `RangeVar` or `SelectStmt`. */
export type NodeName = NamesOf<Node>;
type NamesOf<One> = One extends unknown ? keyof One & string : never;

/** The contents of the node with this name. */
export type NodeOf<Name extends NodeName> = ContentsOf<Node, Name>;
type ContentsOf<One, Name extends string> = One extends { [Key in Name]: infer Contents } ? Contents : never;

/** The name of any statement: the grammar's own word for "a node that can stand alone". */
export type StatementName = Extract<NodeName, `${string}Stmt`>;

/** A node in its wrapping, `{ "SelectStmt": {…} }`, taken apart. */
export function unwrap(node: Node): { readonly name: NodeName; readonly contents: unknown } {
  const [entry] = Object.entries(node);
  if (entry === undefined) throw new TypeError("a parse tree node has no name");
  return { name: entry[0] as NodeName, contents: entry[1] };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The contents of `node` when it has this name. */
export function as<Name extends NodeName>(node: Node | undefined, name: Name): NodeOf<Name> | undefined {
  return node !== undefined && name in node
    ? ((node as Record<string, unknown>)[name] as NodeOf<Name>)
    : undefined;
}

/** The text of a node that is a name (`String`) or a literal string (`A_Const`). */
export function textOf(node: Node | undefined): string | undefined {
  return as(node, "String")?.sval ?? as(node, "A_Const")?.sval?.sval;
}
