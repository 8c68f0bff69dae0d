// Builds the desk into ../static: one script, one style sheet, one page; no plugin, no hash in a name, so that two
// builds are equal byte for byte. `DESK_TO` names another folder. `SEALING_ONLY` names one for the sealing library
// alone, module by module, for its tests.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const alone = process.env.SEALING_ONLY;

const sealing = {
  lib: { entry: here("src/sealing/index.ts"), formats: ["es"] },
  outDir: alone,
  rolldownOptions: { output: { preserveModules: true, entryFileNames: "[name].js" } },
};

const desk = {
  outDir: process.env.DESK_TO ?? here("../static"),
  rolldownOptions: {
    input: here("index.html"),
    output: {
      entryFileNames: "app.js",
      assetFileNames: "app[extname]",
      codeSplitting: false,
    },
  },
};

export default defineConfig({
  root: here("."),
  base: "/static/",
  publicDir: false,
  clearScreen: false,
  logLevel: "warn",
  build: {
    target: "es2022",
    emptyOutDir: true,
    sourcemap: false,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    ...(alone ? sealing : desk),
  },
});
