/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The window's engine is WebKitGTK 2.50 (Safari 26) and whatever WebView2 is current; nothing older
// is supported, so nothing is translated for older ones.
export default defineConfig({
  plugins: [react()],
  // Relative addresses: the shell serves the bundle from its own scheme.
  base: "./",
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: {
    target: "safari18",
    // Inlined fonts would break `font-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // Whole screens on a machine that also compiles: slow is not wrong.
    testTimeout: 20_000,
  },
});
