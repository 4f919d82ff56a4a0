import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { type ExperimentRow, type ExperimentsView, HostFailure, host } from "../../platform";
import { ExperimentsPage } from "./ExperimentsPage";

const SURFACE: ExperimentRow = {
  id: "1",
  name: "surface-defects/cnn-sweep",
  lifecycle: { symbol: "●", word: "active", tone: "plain" },
  last_update: "2026-03-14 09:26:53",
};

function view(experiments: ExperimentRow[]): ExperimentsView {
  return {
    store: { uri: "sqlite:////srv/mlflow.db", kind: "SQLite store", found: "the current directory" },
    experiments,
    warnings: [],
  };
}

function open(answer: () => Promise<ExperimentsView>) {
  vi.spyOn(host, "rpc").mockImplementation(async (request) =>
    request.method === "about" ? { name: "flowdeck", version: "0.1.0" } : answer(),
  );
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <ExperimentsPage />
    </QueryClientProvider>,
  );
}

afterEach(cleanup);

test("the experiments stand in a table with their lifecycle and last update", async () => {
  const deleted: ExperimentRow = {
    ...SURFACE,
    id: "7",
    name: "scratch",
    lifecycle: { symbol: "○", word: "deleted", tone: "muted" },
    last_update: null,
  };
  open(async () => view([SURFACE, deleted]));
  const row = await screen.findByRole("rowheader", { name: "surface-defects/cnn-sweep" });
  expect(row.closest("tr")?.textContent).toContain("2026-03-14 09:26:53");
  expect(screen.getByRole("table", { name: "2 experiments" })).toBeDefined();
  expect(screen.getByRole("cell", { name: "deleted" })).toBeDefined();
  expect(screen.getByRole("cell", { name: "unknown" })).toBeDefined();
  expect(screen.getByText("sqlite:////srv/mlflow.db")).toBeDefined();
});

test("until the store answers, the page says that it is reading", () => {
  open(() => new Promise(() => {}));
  expect(screen.getByRole("status").textContent).toBe("Reading experiments…");
});

test("a store without experiments is named as such", async () => {
  open(async () => view([]));
  expect(await screen.findByText("This store has no experiments yet.")).toBeDefined();
});

test("a failure is told with its way out, and trying again shows the table", async () => {
  let broken = true;
  open(async () => {
    if (broken) {
      throw new HostFailure({ kind: "damaged", sentence: "mlflow.db is cut off.", hint: "Restore it." });
    }
    return view([SURFACE]);
  });
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("mlflow.db is cut off.");
  expect(alert.textContent).toContain("Restore it.");
  broken = false;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("table")).toBeDefined();
  expect(screen.queryByRole("alert")).toBeNull();
});
