import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { HostFailure, host, type Method, type RunView, type StartView } from "../platform";
import { ActionsProvider } from "../shared/actions";
import { routerOf } from "./router";

const STORE: StartView["store"] = {
  uri: "sqlite:////srv/mlflow.db",
  short: "mlflow.db",
  kind: "SQLite store",
  found: "the current directory",
  context: null,
  limits: "",
  read_only: false,
  confirm: null,
};
const START: StartView = {
  store: STORE,
  failure: null,
  looks: [],
  contexts: [],
  warnings: [],
  has_demo: true,
};
const EXPERIMENT = {
  id: "1",
  name: "surface-defects",
  lifecycle: { symbol: "●", word: "active", tone: "plain" as const },
  created: "2026-03-14 09:26:53",
  tags: "team=vision",
  note: "",
};
const RUN: RunView = {
  id: "a1",
  name: "blue-fox",
  status: { symbol: "✓", word: "FINISHED", tone: "good" },
  is_running: false,
  is_deleted: false,
  experiment_id: "1",
  experiment: "surface-defects",
  facts: [{ label: "Experiment", text: "1", tone: "plain", link: { to: "experiment", id: "1" } }],
  note: "",
  metrics: [
    { key: "auc", value: "0.9", exact: "0.9", tone: "plain", step: 5, at: "", is_system: false },
    { key: "loss", value: "0.1", exact: "0.1", tone: "plain", step: 5, at: "", is_system: false },
  ],
  params: [{ key: "lr", value: "0.01", tone: "plain" }],
  tags: [],
  datasets: [],
};

type Told = Partial<Record<Method, () => unknown>>;

/** The app at an address, over a core that answers so. */
function open(path: string, told: Told = {}) {
  const answers: Told = {
    about: () => ({ name: "flowdeck", version: "0.1.0" }),
    start: () => START,
    actions: () => [{ name: "run.set-tag", scope: "Run", title: "set a tag", keys: ["T"] }],
    experiments: () => ({ experiments: [EXPERIMENT], n_all: 1, warnings: [] }),
    standing: () => ({ offline: null, n_new: 0 }),
    activities: () => [
      { id: "1", n_runs: "124", state: ["3 running", "active"], last: "16:04:58", last_ms: 1, n: 124 },
    ],
    run: () => RUN,
    ...told,
  };
  vi.spyOn(host, "rpc").mockImplementation(async (request) => answers[request.method]?.());
  const router = routerOf(createMemoryHistory({ initialEntries: [path] }));
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queries}>
      <ActionsProvider>
        <RouterProvider router={router} />
      </ActionsProvider>
    </QueryClientProvider>,
  );
}

afterEach(cleanup);

test("experiments stand in a table with what goes on in them, and lead to their runs", async () => {
  open("/experiments");
  const link = await screen.findByRole("link", { name: "surface-defects" });
  expect(link.getAttribute("href")).toContain("/runs?e=");
  expect((await screen.findByText("3 running")).className).toContain("tone-active");
  expect(screen.getByText("124")).toBeDefined();
  expect(screen.getByText("team=vision")).toBeDefined();
});

test("without a store the page names the ways to one and where it looked", async () => {
  const looks = [{ place: "MLFLOW_TRACKING_URI", outcome: "not set" }];
  open("/experiments", { start: () => ({ ...START, store: null, looks }) });
  expect(await screen.findByText("No MLflow store was found here.")).toBeDefined();
  expect(screen.getByText("MLFLOW_TRACKING_URI")).toBeDefined();
  expect(screen.getByRole("button", { name: "Open the demo" })).toBeDefined();
});

test("a failure is told with its way out, and trying again shows the page", async () => {
  let isBroken = true;
  const view = { kind: "damaged", sentence: "mlflow.db is cut off.", hint: "Restore it.", span_bytes: null };
  open("/run/a1", {
    run: () => {
      if (isBroken) {
        throw new HostFailure(view);
      }
      return RUN;
    },
  });
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("Restore it.");
  isBroken = false;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("heading", { name: "blue-fox" })).toBeDefined();
});

test("a run tells its metrics and params, and a key sets a tag on it", async () => {
  open("/run/a1");
  expect(await screen.findByRole("rowheader", { name: "auc" })).toBeDefined();
  expect(screen.getByRole("cell", { name: "0.01" })).toBeDefined();
  fireEvent.keyDown(window, { key: "T", shiftKey: true });
  const key = await screen.findByLabelText("Key");
  fireEvent.change(key, { target: { value: "team" } });
  fireEvent.change(screen.getByLabelText("Value"), { target: { value: "vision" } });
  fireEvent.click(screen.getByRole("button", { name: "Set" }));
  await vi.waitFor(() =>
    expect(host.rpc).toHaveBeenCalledWith({
      method: "edit_runs",
      params: { runs: ["a1"], edit: { edit: "tag", key: "team", value: "vision" }, confirmed: "yes" },
    }),
  );
});

test("a context that allows no change shows no button that would make one", async () => {
  open("/run/a1", { start: () => ({ ...START, store: { ...STORE, read_only: true } }) });
  await screen.findByRole("heading", { name: "blue-fox" });
  expect(screen.queryByRole("button", { name: /Rename/ })).toBeNull();
});

test("the stores are reached from whichever page is still reading", async () => {
  open("/experiments");
  fireEvent.click(await screen.findByRole("link", { name: "Stores" }));
  expect(await screen.findByRole("heading", { name: "Stores" })).toBeDefined();
  fireEvent.click(screen.getByRole("link", { name: "Experiments" }));
  expect(await screen.findByRole("link", { name: "surface-defects" })).toBeDefined();
});
