import { join } from "node:path";

/**
 * What lies beside this module in an installation. `src`, what the compiler makes of it, and the one folder in which
 * scripts/build-command.mjs puts the command together are equally deep: only two folders below the package may anything ask
 * where it lies.
 */
const root = join(import.meta.dirname, "..", "..");
const page = join(root, "..", "web", "dist");

/** How the command is started as a process of its own. */
export const launcher: string = join(root, "bin", "custody.mjs");

export const manifest: string = join(root, "package.json");

/** Where `npm run build` puts the page: beside this package. */
export const pageFolder: string = join(page, "page");

/** The page of an evidence folder, without data, in one file. */
export const evidencePage: string = join(page, "evidence", "index.html");
