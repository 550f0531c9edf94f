import { join } from "node:path";

const built = join(import.meta.dirname, "..", "..", "..", "web", "dist");

/** Where `npm run build` puts the page: beside this package. `src` and `dist` are equally deep. */
export const pageFolder: string = join(built, "page");

/** The page of an evidence folder, without data, in one file. */
export const evidencePage: string = join(built, "evidence", "index.html");
