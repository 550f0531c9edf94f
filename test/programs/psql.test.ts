import { describe, expect, test } from "vitest";
import { useProgramServer } from "./program-server.ts";
import { privilegesAndPublications, sampleDatabase } from "./sample-database.ts";

/** psql asks the catalogue in many ways, and speaks the protocol in some that no driver does. */
const programs = useProgramServer();

/** Each line, by the version of psql that brought what it needs. */
const scripts: Readonly<Record<string, string | { readonly since: number; readonly script: string }>> = {
  "\\d of each kind of relation":
    "\\d\n\\d+\n\\d orders\n\\d+ orders\n\\d shop.firms\n\\d+ shop.firms\n\\d+ rich\n\\d+ frozen\n\\d+ events\n\\d+ events_2026\n\\d by_total\n\\d shop.firms_id_seq\n\\d shop.mood\n\\d nowhere\n",
  "\\dt and its kin": "\\dt+\n\\dt+ shop.*\n\\dtS pg_cl*\n\\di+\n\\dv+\n\\dm+\n\\ds+ *.*\n\\dP+\n\\dE\n",
  "\\df and what else is code":
    "\\df\n\\df+ shop.*\n\\dfn *.tw*\n\\dfp\n\\dft\n\\da *.total\n\\do *.<+>\n\\dy\n\\dL+\n\\sf shop.twice\n\\sf+ shop.twice\n\\sf tidy\n\\sv rich\n\\sv+ rich\n\\sf nowhere\n",
  "\\dn, \\du, \\dx, \\l, \\dp and their kin":
    "\\dn+\n\\dg\n\\du+\n\\drds\n\\dx\n\\dx+ plpgsql\n\\l\n\\list postgres\n\\dp\n\\z orders\n\\ddp\n\\dT+ *.*\n\\dD+ *.*\n\\dO *.plain\n\\dX\n\\dRp+\n\\dRs\n\\dd\n\\db+\n\\dc\n\\dC money\n\\dF\n\\dFp\n\\dFd+ simple\n\\dFt\n\\dew\n\\des\n\\deu\n\\det\n\\dA+ btree\n\\dAc btree int4\n\\dAf btree int4\n\\dAo btree integer_ops\n\\dAp btree integer_ops\n\\dl\n\\dconfig work_mem\n",
  "\\set ECHO_HIDDEN, which shows what it asks": "\\set ECHO_HIDDEN on\n\\d orders\n\\dn\n\\sf shop.twice\n",
  "\\gdesc, \\gx, \\g and \\gset":
    "SELECT id, name, mood, share FROM shop.firms \\gdesc\nSELECT * FROM orders ORDER BY id LIMIT 2 \\gx\nSELECT 1 AS a, 2 AS b \\gset x_\n\\echo :x_a :x_b\nSELECT total FROM orders ORDER BY 1 LIMIT 1\n\\g (format=csv)\nSELECT 1/0 \\gdesc\nSELECTT \\gdesc\n",
  "\\crosstabview":
    "SELECT firm, total % 3, count(*) FROM orders GROUP BY 1, 2 ORDER BY 1, 2 \\crosstabview\nSELECT 1, 2 \\crosstabview\n",
  "\\watch until an error ends it":
    "CREATE TEMP SEQUENCE s;\nSELECT 6 / (3 - nextval('s')) AS n \\watch 0.01\nSELECT currval('s');\n",
  "\\watch with a count": { script: "SELECT 1 AS one \\watch interval=0.01 count=3\n", since: 16 },
  "\\bind": {
    script:
      "SELECT $1::int + $2::int \\bind 1 2 \\g\nINSERT INTO orders (firm, total) VALUES ($1, $2) RETURNING id \\bind 1 70 \\g\nSELECT $1 \\bind \\g\n",
    since: 16,
  },
  "\\parse, \\bind_named and \\close": {
    script:
      "SELECT $1::int + 1 \\parse s\n\\bind_named s 1 \\g\n\\bind_named s 2 \\g\nEXECUTE s(3);\n\\close_prepared s\n\\bind_named s 4 \\g\n",
    since: 18,
  },
  "\\startpipeline and \\endpipeline": {
    script:
      "\\startpipeline\nSELECT 1 \\sendpipeline\nSELECT $1 \\bind 2 \\sendpipeline\n\\syncpipeline\nSELECT 1/0 \\sendpipeline\nSELECT 3 \\sendpipeline\n\\endpipeline\n",
    since: 18,
  },
  "settings of psql that change what it sends":
    "\\set AUTOCOMMIT off\nSELECT 1;\nINSERT INTO orders (firm, total) VALUES (1, 1);\nROLLBACK;\n\\set AUTOCOMMIT on\n\\set SINGLELINE on\nSELECT 2\n\\set SINGLELINE off\n\\set SHOW_ALL_RESULTS off\nSELECT 3\\; SELECT 4;\n\\timing off\n\\errverbose\nSELECT 1/0;\n\\errverbose\n\\lo_list\n\\if true\nSELECT 'yes';\n\\endif\n",
  "\\ef and \\ev without an editor": "\\setenv EDITOR true\n\\ef shop.twice\n;\n\\ev rich\n;\n",
  "what it knows of the server":
    "\\encoding\n\\encoding SQL_ASCII\n\\encoding\n\\echo :SERVER_VERSION_NUM :ENCODING :SERVER_VERSION_NAME\n",
};

describe("prints the same as without Custody", () => {
  test.for(Object.entries(scripts))("%s", async ([, given], context) => {
    const server = await programs(context);
    const { script, since } = typeof given === "string" ? { script: given, since: 0 } : given;
    if (server.major < since) return context.skip(`psql has it since ${since}`);
    const { directUrl, prepare, proxied } = await server.twins();
    await prepare(sampleDatabase + privilegesAndPublications);
    const [direct, through] = [
      await server.run("psql", ["-X", directUrl], script),
      await server.run("psql", ["-X", proxied.url], script),
    ];
    expect(comparable(through.stdout)).toBe(comparable(direct.stdout));
    expect(comparable(through.stderr)).toBe(comparable(direct.stderr));
    expect(through.code).toBe(direct.code);
    expect(direct.stdout).not.toBe("");
  });
});

/** Large objects are the one thing that psql does not ask for in SQL. */
test("\\lo_import and \\lo_unlink are refused, since they hide what they call, and the SQL for it works", async (context) => {
  const server = await programs(context);
  const { proxied } = await server.twins();
  const { stderr } = await server.run("psql", ["-X", proxied.url], "\\lo_import /dev/null\n");
  expect(stderr).toContain("function-call messages hide what they call: use SELECT");
  const sql =
    "SELECT lo_from_bytea(4711, 'large');\nSELECT convert_from(lo_get(4711), 'UTF8');\nSELECT lo_unlink(4711);\n";
  const { stdout } = await server.run("psql", ["-XAt", proxied.url], sql);
  expect(stdout).toBe("4711\nlarge\n1\n");
});

/** Each database has a name and object ids of its own, and each repetition of \watch its time. */
function comparable(text: string): string {
  return text
    .replaceAll(/\btwin_\w+/g, "twin")
    .replaceAll(/\b\d{5}\b/g, "OID")
    .replaceAll(/^(.*)\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4} (\(every .*\))$/gm, "$1TIME $2")
    .replaceAll(/^DETAIL: {2}Custody did not forward the statement .*\n/gm, "");
}
