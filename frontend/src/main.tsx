import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ExperimentsPage } from "./features/experiments/ExperimentsPage";
import "./shared/theme.css";

// The core is in the same process: asking it costs nothing, and its failures are final until somebody acts.
const queries = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: "always" } } });

const root = document.getElementById("root");
if (root === null) {
  throw new Error("index.html has no element #root");
}
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ExperimentsPage />
    </QueryClientProvider>
  </StrictMode>,
);
