import { defineConfig } from "@playwright/test";
import { launch, site } from "./chromium.js";

export default defineConfig({
  testDir: ".",
  outputDir: "results",
  fullyParallel: true,
  forbidOnly: true,
  // A loaded machine may be slow once; it says so as "flaky".
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: { baseURL: site, launchOptions: launch, trace: "retain-on-failure", viewport: { width: 1440, height: 900 } },
});
