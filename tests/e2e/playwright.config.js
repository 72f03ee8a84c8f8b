import { defineConfig } from "@playwright/test";
import { launch, site } from "./chromium.js";

export default defineConfig({
  testDir: ".",
  outputDir: "results",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 30_000,
  reporter: "list",
  use: { baseURL: site, launchOptions: launch, trace: "retain-on-failure", viewport: { width: 1440, height: 900 } },
});
