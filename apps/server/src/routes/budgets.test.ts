import { expect, test } from "vitest";
import { serveLedger } from "../testing/served-ledger.ts";
import { signedInOwner, signedInPerson } from "../testing/signed-in.ts";

test("how budgets stand is asked of the data path, and that somebody looked is on record", async () => {
  const served = await serveLedger();
  const owner = await signedInOwner(served);
  const vic = await signedInPerson(served, owner, "vic", ["viewer@shop"]);
  const before = served.notes.length;
  const { json, status } = await served.ask("/api/budgets?project=shop&limit=5", { headers: vic.headers });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    budgets: [{ budget: "team", left: 6_500_000, scope: "shop", settled: 12_400_000 }],
    defined: 1,
    next: null,
  });
  expect(served.notes.slice(before)).toMatchObject([
    {
      actor: { human: { name: "vic" } },
      details: { filters: ["project=shop"], lists: 1 },
      type: "access.read",
    },
  ]);
});

test("the document of the API describes it", async () => {
  const { ask } = await serveLedger();
  const { json } = await ask("/api/openapi.json");
  const { parameters, responses } = json.paths["/api/budgets"].get;
  expect(parameters.map(({ name }: { name: string }) => name).sort()).toEqual(["after", "limit", "project"]);
  const { properties } = responses["200"].content["application/json"].schema;
  expect(Object.keys(properties)).toEqual(["budgets", "defined", "next"]);
});

test.each(["limit=0", "limit=501", "limit=x", "project=", "extra=1"])("?%s is refused", async (query) => {
  const { ask } = await serveLedger();
  expect(await ask(`/api/budgets?${query}`)).toMatchObject({
    json: { error: { code: "request-invalid" } },
    status: 422,
  });
});
