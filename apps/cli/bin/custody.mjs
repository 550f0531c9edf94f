#!/usr/bin/env node
// A committed launcher: npm links only targets that exist, and dist does not exist before the build.
import { existsSync } from "node:fs";

const main = new URL("../dist/command/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("custody: not built yet; run `npm run build` in the checkout first");
  process.exit(2);
}
await import(main.href);
