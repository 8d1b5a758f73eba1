/** How the islands are built: into the web package, with hashed names and a manifest that `workspace/web/assets.py` reads. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/static/",
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
        exercise: "src/entries/exercise.ts",
        passkey: "src/entries/passkey.ts",
        style: "src/styles/style.css",
      },
    },
  },
  test: { css: true, include: ["tests/**/*.test.ts"], sequence: { shuffle: true } },
});
