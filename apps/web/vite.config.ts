import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type UserConfig } from "vite";

/**
 * Our own packages are taken from their sources, by the condition "source" of their exports. It is not set for all:
 * packages of others use the same word for files that they do not ship.
 */
const ours = ["domain", "messages", "ledger"].flatMap((name) => {
  const folder = new URL(`../../packages/${name}/`, import.meta.url);
  const manifest = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as {
    exports: Record<string, { source: string }>;
  };
  return Object.entries(manifest.exports).map(([path, { source }]) => ({
    find: new RegExp(`^@custody/${name}${path.slice(1)}$`),
    replacement: fileURLToPath(new URL(source, folder)),
  }));
});

const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react(), tailwindcss()],
  resolve: { alias: ours },
  build: {
    outDir: "dist/page",
    emptyOutDir: true,
    target: "es2023",
    // An inlined file would be a data: address, and the polyfill an inline script: the policy allows neither.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});

export default config;
