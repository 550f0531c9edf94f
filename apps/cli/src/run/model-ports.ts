import type { ModelPorts, SessionRegistry } from "@custody/gateway";
import type { ModelSpending } from "../policy/model-spending.ts";
import type { BodyStore } from "../recorder/body-store.ts";

/** What the gateway needs for models: who comes, where large bodies go, and what answers cost. */
export function modelPorts(
  registry: SessionRegistry,
  bodies: BodyStore,
  { priceOf, reserve }: Pick<ModelSpending, "priceOf" | "reserve">,
): ModelPorts {
  return {
    findSession: (token) => registry.findByToken(token),
    knownSecrets: (session) => registry.knownSecrets(session),
    priceOf,
    reserve,
    storeBody: (owner, body) => bodies.put({ ...owner, type: "model.request.completed" }, body),
  };
}
