// What people do, on the demo store: each journey in a page of its own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { launch, open } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const EXPERIMENT = "surface-defects/cnn-sweep";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Opens the runs of an experiment the way a person does. */
async function openRuns(page, name = EXPERIMENT) {
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("grid", { name: "Runs" }).waitFor();
  await page.locator("[role=gridcell]").first().waitFor();
}

/** No serious fault of access, nothing said wrong. */
async function isSound(page, name) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => (await globalThis.axe.run()).violations);
  const serious = found.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = serious.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map((node) => node.html)
        .join(" ")
        .slice(0, 400)}`,
  );
  assert.deepEqual(told, [], `${name} can be used by everybody`);
  assert.deepEqual(page.faults, [], `${name} says nothing wrong`);
}

test("the experiments of the store are listed with what goes on in them, and found by letters", async () => {
  const page = await open(browser);
  await page.getByRole("link", { name: EXPERIMENT }).waitFor();
  await page.getByText("running").first().waitFor();
  await isSound(page, "experiments");
  await page.keyboard.press("/");
  await page.keyboard.type("demand");
  await page.getByRole("link", { name: EXPERIMENT }).waitFor({ state: "detached" });
  assert.match(page.url(), /find=demand/);
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: EXPERIMENT }).waitFor();
});

test("runs are sorted by a press on a column, and the address is the view", async () => {
  const page = await open(browser);
  await openRuns(page);
  await isSound(page, "runs");
  const metric = page.locator("[role=columnheader] button").nth(4);
  const title = await metric.locator(".head-title").textContent();
  await metric.click();
  await page.locator("[role=columnheader][aria-sort]").waitFor();
  const cell = () => page.locator("[role=row][aria-rowindex='2'] [role=gridcell]").first().textContent();
  const first = await cell();
  const other = await open(browser, new URL(page.url()).hash.slice(1));
  await other.locator("[role=columnheader][aria-sort]").waitFor();
  assert.equal(
    await other.locator("[role=row][aria-rowindex='2'] [role=gridcell]").first().textContent(),
    first,
  );
  assert.ok(title !== null && title.length > 0);
});

test("a filter that is wrong is told under the letter, and a right one leaves fewer runs", async () => {
  const page = await open(browser);
  await openRuns(page);
  const before = await page.locator(".summary strong").textContent();
  await page.keyboard.press("f");
  await page.keyboard.type("metrics.val_acc >> 3");
  await page.keyboard.press("Enter");
  const told = page.locator(".line-failure");
  await told.waitFor();
  assert.match(await told.locator("pre").textContent(), /\^/);
  assert.equal(await page.locator(".summary strong").textContent(), before, "the table stays as it was");
  await page.getByLabel("filter").fill("attributes.status = 'FAILED'");
  await page.keyboard.press("Enter");
  await page.locator(".summary .chip code").waitFor();
  assert.notEqual(await page.locator(".summary strong").textContent(), before);
  await page.getByRole("button", { name: /drop the filter/ }).click();
  await page.locator(".summary .chip code").waitFor({ state: "detached" });
});

test("with keys alone runs are marked, compared and charted, and a drag zooms all charts", async () => {
  const page = await open(browser);
  await openRuns(page);
  await page.getByRole("grid").focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", " ", " ", " ", "C"]) {
    await page.keyboard.press(key);
  }
  await page.getByRole("heading", { name: "3 runs compared" }).waitFor();
  await page.getByRole("grid", { name: "Compared runs" }).waitFor();
  await page.locator("[role=gridcell]").first().waitFor();
  await isSound(page, "compare");
  await page.getByRole("tab", { name: /Curves/ }).click();
  const plot = page.locator(".u-over").first();
  await plot.waitFor();
  await isSound(page, "curves");
  const box = await plot.boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/x=/);
  await page.getByRole("button", { name: "Show the whole" }).click();
  await page.waitForURL((url) => !/x=/.test(url.hash));
});

test("columns are chosen from the list of all, and what is hidden is gone from the table", async () => {
  const page = await open(browser);
  await openRuns(page);
  const titles = () => page.locator("[role=columnheader] .head-title").allTextContents();
  assert.ok((await titles()).includes("Duration"));
  await page.keyboard.press("c");
  await page.getByRole("dialog", { name: "Columns" }).waitFor();
  await page.getByLabel("A few letters of a key").fill("Duration");
  await page.getByLabel("Show Duration").click();
  await page
    .locator("[role=columnheader] .head-title", { hasText: "Duration" })
    .waitFor({ state: "detached" });
  await isSound(page, "columns");
});

test("a run tells what was logged, draws its metrics and shows its files", async () => {
  const page = await open(browser);
  await openRuns(page);
  await page.getByRole("grid").focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"]) {
    await page.keyboard.press(key);
  }
  await page.getByRole("tab", { name: "Overview" }).waitFor();
  await isSound(page, "run");
  await page.getByRole("tab", { name: /Charts/ }).click();
  await page.locator(".u-over").first().waitFor();
  await isSound(page, "charts");
  await page.getByRole("tab", { name: "Files" }).click();
  await page.locator(".file").first().waitFor();
  await isSound(page, "files");
});

test("a note is written by a person who may, and is there after a reload", async () => {
  const page = await open(browser);
  await openRuns(page, "demand-forecast/weekly");
  await page.getByRole("grid").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "Overview" }).waitFor();
  await page.keyboard.press("E");
  await page.getByLabel("Markdown").fill("looked at on the desktop");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("looked at on the desktop").waitFor();
  await page.reload();
  await page.getByText("looked at on the desktop").waitFor();
});

test("the palette does what the action list names", async () => {
  const page = await open(browser);
  await openRuns(page);
  await page.keyboard.press(":");
  await page.getByRole("combobox").fill("only columns in which runs differ");
  await isSound(page, "palette");
  await page.keyboard.press("Enter");
  await page.waitForURL(/only_differing/);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await isSound(page, "help");
});

test("a store that is not there is told and the open one stays; the demo opens", async () => {
  const page = await open(browser, "/stores");
  await page.getByLabel("Path or address of a store").fill("no/such/mlflow.db");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByRole("alert").waitFor();
  await isSound(page, "stores");
  await page.goto(`${new URL(page.url()).origin}/#/experiments`);
  await page.getByRole("link", { name: EXPERIMENT }).waitFor();
});

test("a version is promoted as it was looked at, is on record, and is taken back", async () => {
  const page = await open(browser, "/models");
  await page.getByRole("link", { name: "surface-classifier" }).waitFor();
  await isSound(page, "models");
  await page.getByRole("link", { name: "surface-classifier" }).click();
  const stage = (version) =>
    page
      .locator("tbody tr", { has: page.getByRole("link", { name: version, exact: true }) })
      .locator("td")
      .nth(1);
  await stage("4").getByText("Staging").waitFor();
  await isSound(page, "model");
  await page.keyboard.press("j");
  await page.getByRole("button", { name: /^Promote 4/ }).waitFor();
  await page.keyboard.press("P");
  await page.getByRole("button", { name: "Production who holds it goes to Archived" }).click();
  await page.getByText("version 3: Production → Archived").waitFor();
  await isSound(page, "promotion");
  await page.getByRole("button", { name: "Promote", exact: true }).click();
  await stage("4").getByText("Production").waitFor();
  await stage("3").getByText("Archived").waitFor();
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByText("version 3: Archived → Production").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await stage("4").getByText("Staging").waitFor();
  await page.getByRole("link", { name: /^Changes/ }).click();
  await page.locator("tbody tr", { hasText: "undone" }).waitFor();
  await isSound(page, "changes");
});

test("versions are marked and laid side by side, and one tells where it comes from", async () => {
  const page = await open(browser, "/model/surface-classifier");
  await page.getByRole("link", { name: "5", exact: true }).waitFor();
  await page.keyboard.press(" ");
  await page.keyboard.press(" ");
  await page.getByRole("button", { name: /^Compare 2/ }).click();
  await page.getByRole("heading", { name: "Params" }).waitFor();
  await isSound(page, "versions");
  await page.goBack();
  await page.getByRole("link", { name: "3", exact: true }).click();
  await page.getByRole("region", { name: "MLmodel" }).getByText("python_function").waitFor();
  await isSound(page, "version");
  await page.getByRole("region", { name: "About the version" }).getByRole("link").first().click();
  await page.getByRole("tab", { name: "Overview" }).waitFor();
});

test("what happened to runs stands in the inbox, is counted as new, and is read once it was seen", async () => {
  const page = await open(browser);
  const inbox = page.getByRole("link", { name: /^Inbox/ });
  await inbox.getByText("new").waitFor();
  await inbox.click();
  await page.getByRole("region", { name: "What happened" }).locator("tbody tr").first().waitFor();
  await isSound(page, "inbox");
  await page.getByRole("link", { name: "Models" }).click();
  await inbox.getByText("new").waitFor({ state: "detached" });
});

test("a production context wants its name typed, its gates hold, and a read-only one changes nothing", async () => {
  const page = await open(browser, "/stores");
  await page.getByRole("button", { name: "Test live" }).click();
  await page.getByText(/live answers: SQLite store/).waitFor();
  await isSound(page, "contexts");
  await page.getByRole("button", { name: /^live / }).click();
  await page.getByText("production").first().waitFor();
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("link", { name: "surface-classifier" }).click();
  await page.getByRole("button", { name: /^Promote 5/ }).click();
  await page.getByRole("button", { name: /^Production who holds/ }).click();
  await page.getByText(/FAILED: .*validated/).waitFor();
  assert.equal(await page.getByRole("button", { name: "Promote", exact: true }).count(), 0);
  await page.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("j");
  await page.getByRole("button", { name: /^Promote 4/ }).click();
  await page.getByRole("button", { name: /^Archived/ }).click();
  const promote = page.getByRole("button", { name: "Promote", exact: true });
  const name = page.getByLabel("Type live, the name of this production context");
  await name.fill("yes");
  assert.equal(await promote.isDisabled(), true);
  await isSound(page, "production");
  await name.fill("live");
  await promote.click();
  await page.getByRole("button", { name: "Take it back" }).waitFor();
  await page.getByRole("link", { name: "Stores" }).click();
  await page.getByRole("button", { name: /^archive / }).click();
  await page.getByText("read-only").first().waitFor();
  await page.getByRole("link", { name: "Models" }).click();
  await page.getByRole("link", { name: "surface-classifier" }).click();
  await page.getByRole("link", { name: "5", exact: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: /Promote|Take back|Delete/ }).count(), 0);
});
