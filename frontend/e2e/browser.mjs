// A real Chromium before the real core: the bridge's address is in FLOWDECK_BRIDGE.
import { chromium } from "playwright-core";

const ADDRESS = process.env.FLOWDECK_BRIDGE;
if (ADDRESS === undefined) {
  throw new Error(
    "FLOWDECK_BRIDGE names the bridge: `cargo test -p flowdeck-bridge` starts one and runs this",
  );
}

/** Longest wait for anything on a machine under load, in milliseconds. */
const PATIENCE = 30_000;

/** The browser of the system; FLOWDECK_CHROMIUM names another. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.FLOWDECK_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--force-color-profile=srgb"],
  });
}

/** A page of its own; whatever it says wrong ends in `page.faults`. */
export async function open(browser, path = "", { colorScheme = "light", size = [1280, 800] } = {}) {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width: size[0], height: size[1] },
    timezoneId: "UTC",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => {
    // A request that the core refuses is an answer; the browser tells it as an error all the same.
    if (message.type() === "error" && !message.text().includes("422")) {
      page.faults.push(message.text());
    }
  });
  await page.goto(ADDRESS + (path === "" ? "" : `#${path}`));
  return page;
}
