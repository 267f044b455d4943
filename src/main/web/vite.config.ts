import { defineConfig } from "vite";

/** Where a development server (`npm run dev`) finds the backend. */
const backend = "http://localhost:3000";

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    emptyOutDir: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
  },
  server: {
    proxy: {
      "/api": backend,
      "/auth": backend,
      "/blocks": backend,
      "/health": backend,
      "/moderation": backend,
      "/reports": backend,
      "/socket.io": { target: backend, ws: true },
      "/turn": backend,
    },
  },
});
