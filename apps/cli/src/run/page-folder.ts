import { join } from "node:path";

/** Where `npm run build` puts the page: beside this package. `src` and `dist` are equally deep. */
export const pageFolder: string = join(import.meta.dirname, "..", "..", "..", "web", "dist", "page");
