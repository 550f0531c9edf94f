import type { ModelPorts, SessionRegistry } from "@custody/gateway";
import type { BodyStore } from "../recorder/body-store.ts";

/** What the gateway needs for models: who comes, where large bodies go, and what answers cost. */
export function modelPorts(registry: SessionRegistry, bodies: BodyStore): ModelPorts {
  return {
    findSession: (token) => registry.findByToken(token),
    knownSecrets: (session) => registry.knownSecrets(session),
    priceOf: () => ({ costMicros: null, currency: "USD", prices: "" }),
    reserve: () => ({ settle: () => {} }),
    storeBody: (owner, body) => bodies.put({ ...owner, type: "model.request.completed" }, body),
  };
}
