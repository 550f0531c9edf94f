import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "vite";
import { ours } from "./own-packages.ts";

/**
 * The page of an evidence folder is one file, so its script and its style come out as one file each, for
 * scripts/build-page.mjs to put into `evidence.html`. A classic script: from disk, browsers load no modules.
 */
const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  resolve: { alias: ours },
  publicDir: false,
  build: {
    outDir: "dist/evidence",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    lib: {
      entry: fileURLToPath(new URL("src/evidence/main.ts", import.meta.url)),
      formats: ["iife"],
      name: "evidence",
      fileName: () => "evidence.js",
      cssFileName: "evidence",
    },
    reportCompressedSize: false,
  },
});

export default config;
