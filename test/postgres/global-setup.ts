import type { TestProject } from "vitest/node";
import { startPostgres } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    postgres: { readonly port: number; readonly error?: string };
  }
}

/**
 * One server for a whole run of vitest; test files reach it through `sharedPostgres()`.
 *
 * A machine on which it cannot start still runs the tests that need none: the reason waits for the first
 * test that asks.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const server = await startPostgres();
    project.provide("postgres", { port: server.port });
    return () => server.stop();
  } catch (error) {
    project.provide("postgres", { port: 0, error: error instanceof Error ? error.message : String(error) });
    return async () => {};
  }
}
