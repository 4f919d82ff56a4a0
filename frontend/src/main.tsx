import "./platform/locale";

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { followStore, queries } from "./app/queries";
import { router } from "./app/router";
import { ActionsProvider } from "./shared/actions";
import { SaidProvider } from "./shared/said";
import "./shared/theme.css";
import "./shared/ui.css";

const root = document.getElementById("root");
if (root === null) {
  throw new Error("index.html has no element #root");
}
followStore();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ActionsProvider>
        <SaidProvider>
          <RouterProvider router={router} />
        </SaidProvider>
      </ActionsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
