import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  // The address that desktop/tauri.conf.json names for development.
  server: { port: 5173, strictPort: true, host: "127.0.0.1" },
  build: { target: "safari16", sourcemap: false },
  test: {
    environment: "jsdom",
    restoreMocks: true,
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/app/testing.ts"],
  },
});
