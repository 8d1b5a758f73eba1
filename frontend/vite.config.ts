/** How the islands are built: into the web package, with hashed names and a manifest that `workspace/web/assets.py` reads. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { geography } from "./geography";

/** Puts each text file compressed beside itself; `workspace/web/assets.py` sends the form that the browser takes. */
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle)) {
      if (!dir || !/\.(js|css|svg)$/.test(name)) continue;
      const path = join(dir, name);
      const plain = readFileSync(path);
      writeFileSync(`${path}.br`, brotliCompressSync(plain));
      writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
    }
  },
};

export default defineConfig({
  base: "/static/",
  plugins: [compressed, geography],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../workspace/web/static",
    emptyOutDir: true,
    manifest: "manifest.json",
    // light-dark() must reach the browser as it is: lowered, it would no longer follow data-theme.
    target: ["chrome123", "firefox121", "safari17.5"],
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        page: "src/entries/page.ts",
        board: "src/entries/board.tsx",
        lead: "src/entries/lead.tsx",
        gallery: "src/entries/gallery.tsx",
        medium: "src/entries/medium.tsx",
        clue: "src/entries/clue.ts",
        person: "src/entries/person.ts",
        exercise: "src/entries/exercise.ts",
        passkey: "src/entries/passkey.ts",
        referral: "src/entries/referral.ts",
        style: "src/styles/style.css",
      },
    },
  },
  test: { css: true, include: ["tests/**/*.test.ts"], sequence: { shuffle: true } },
});
