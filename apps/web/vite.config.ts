import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type UserConfig } from "vite";
import { ours } from "./own-packages.ts";

const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react(), tailwindcss()],
  // The package names a module that it does not ship; this is the one that it has.
  resolve: {
    alias: [
      ...ours,
      { find: /^@xterm\/headless$/, replacement: "@xterm/headless/lib-headless/xterm-headless.mjs" },
    ],
  },
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
