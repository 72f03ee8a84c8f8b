// How tests start the browser: the one of this system, without a sandbox (CI runs as root) and without its own traffic.

export const launch = {
  executablePath: process.env.CHROMIUM,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

// Where the site under test is served.
export const site = process.env.PODYARD_URL;

if (!site || !launch.executablePath) {
  throw new Error("PODYARD_URL or CHROMIUM is not set: run `cargo xtask test`, `bench` or `screenshots`.");
}
