// Pictures of each page, light and dark: `node e2e/screens.mjs DIRECTORY` with FLOWDECK_BRIDGE set.
import { mkdirSync } from "node:fs";

import { launch, open } from "./browser.mjs";

const [directory = "screens", ...wanted] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });

/** The runs page of the demo's richest experiment, with some runs marked. */
async function runs(page) {
  await page.getByRole("link", { name: "surface-defects/cnn-sweep" }).click();
  await page.locator("[role=gridcell]").first().waitFor();
  await page.getByRole("grid").focus();
}

const PAGES = {
  experiments: async (page) => {
    await page.locator(".experiments tbody tr").first().waitFor();
    await page.getByText("running").first().waitFor();
  },
  stores: async (page) => page.getByRole("link", { name: "Stores" }).click(),
  runs: async (page) => {
    await runs(page);
    for (const key of ["ArrowDown", " ", " ", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"]) {
      await page.keyboard.press(key);
    }
    await page.keyboard.press("s");
    await page.locator("[aria-sort]").waitFor();
  },
  filter: async (page) => {
    await runs(page);
    await page.keyboard.press("f");
    await page.keyboard.type("metrics.val_acc >> 0.3");
    await page.keyboard.press("Enter");
    await page.locator(".line-failure").waitFor();
  },
  columns: async (page) => {
    await runs(page);
    await page.keyboard.press("c");
    await page.locator(".chooser-entry").first().waitFor();
  },
  compare: async (page) => {
    await runs(page);
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", " ", " ", " ", " ", " ", "C"]) {
      await page.keyboard.press(key);
    }
    await page.getByRole("grid", { name: "Compared runs" }).waitFor();
    await page.locator("[role=gridcell]").first().waitFor();
  },
  curves: async (page) => {
    await PAGES.compare(page);
    await page.getByRole("tab", { name: /Curves/ }).click();
    await page.locator(".u-over").nth(1).waitFor();
    await page.locator(".u-over").first().hover();
  },
  run: async (page) => {
    await runs(page);
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"]) {
      await page.keyboard.press(key);
    }
    await page.locator(".facts").first().waitFor();
  },
  charts: async (page) => {
    await PAGES.run(page);
    await page.getByRole("tab", { name: /Charts/ }).click();
    await page.locator(".u-over").nth(1).waitFor();
  },
  files: async (page) => {
    await PAGES.run(page);
    await page.getByRole("tab", { name: "Files" }).click();
    await page.locator(".file").first().waitFor();
    const file = page.locator(".file:not([aria-expanded])").first();
    await file.click({ timeout: 3_000 }).catch(() => page.locator(".file").first().click());
    await page.locator(".preview-body, .file").first().waitFor();
  },
  palette: async (page) => {
    await runs(page);
    await page.keyboard.press(":");
    await page.getByRole("combobox").fill("so");
  },
};

const browser = await launch();
for (const [name, go] of Object.entries(PAGES)) {
  if (wanted.length > 0 && !wanted.includes(name)) {
    continue;
  }
  for (const colorScheme of ["light", "dark"]) {
    for (const size of [
      [1280, 800],
      [1920, 1080],
    ]) {
      const page = await open(browser, "", { colorScheme, size });
      await go(page);
      // What is on its way when a picture is taken would differ from picture to picture.
      await page.waitForLoadState("domcontentloaded");
      await page.waitForTimeout(400);
      await page.screenshot({ path: `${directory}/${name}-${colorScheme}-${size[0]}.png` });
      if (page.faults.length > 0) {
        console.error(name, colorScheme, page.faults);
      }
      await page.context().close();
    }
  }
}
await browser.close();
