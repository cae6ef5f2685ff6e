import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The server that answers with index.html puts its own value in place of this one, anew for each answer.
const noncePlaceholder = "__CSP_NONCE__";
const api = process.env.SKYPANEL_API ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  html: { cspNonce: noncePlaceholder },
  build: {
    manifest: true,
    sourcemap: "hidden",
    assetsInlineLimit: 0,
    // The first browsers with light-dark(): older targets make the minifier rewrite it.
    target: ["chrome123", "firefox120", "safari17.5"],
  },
  worker: { format: "es" },
  server: { proxy: { "/api": { target: api, changeOrigin: false } } },
});
