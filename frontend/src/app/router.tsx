import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";

import { ComparePage, readCompareSearch } from "../features/compare/ComparePage";
import { ExperimentsPage, readExperimentsSearch } from "../features/experiments/ExperimentsPage";
import { InboxPage } from "../features/inbox/InboxPage";
import { ChangesPage, readChangesSearch } from "../features/registry/ChangesPage";
import { ModelPage } from "../features/registry/ModelPage";
import { ModelsPage, readModelsSearch } from "../features/registry/ModelsPage";
import { VersionPage } from "../features/registry/VersionPage";
import { readVersionsSearch, VersionsPage } from "../features/registry/VersionsPage";
import { RunPage, readRunSearch } from "../features/run/RunPage";
import { RunsPage } from "../features/runs/RunsPage";
import { readRunsSearch } from "../features/runs/view";
import { StartPage } from "../features/start/StartPage";
import { Shell } from "./Shell";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => (
    <main id="main" className="page" tabIndex={-1}>
      <p className="empty">There is no such page.</p>
    </main>
  ),
});
const page = <Path extends string>(path: Path) => ({ getParentRoute: () => root, path }) as const;

const routes = root.addChildren([
  createRoute({
    ...page("/"),
    beforeLoad: () => {
      throw redirect({ to: "/experiments" });
    },
  }),
  createRoute({ ...page("/experiments"), validateSearch: readExperimentsSearch, component: ExperimentsPage }),
  createRoute({ ...page("/stores"), component: StartPage }),
  createRoute({ ...page("/runs"), validateSearch: readRunsSearch, component: RunsPage }),
  createRoute({ ...page("/run/$id"), validateSearch: readRunSearch, component: RunPage }),
  createRoute({ ...page("/compare"), validateSearch: readCompareSearch, component: ComparePage }),
  createRoute({ ...page("/inbox"), component: InboxPage }),
  createRoute({ ...page("/models"), validateSearch: readModelsSearch, component: ModelsPage }),
  createRoute({ ...page("/model/$name"), component: ModelPage }),
  createRoute({ ...page("/model/$name/version/$version"), component: VersionPage }),
  createRoute({ ...page("/versions"), validateSearch: readVersionsSearch, component: VersionsPage }),
  createRoute({ ...page("/changes"), validateSearch: readChangesSearch, component: ChangesPage }),
]);

/** The pages by their addresses, in a history. */
export function routerOf(history: RouterHistory) {
  return createRouter({ routeTree: routes, history });
}

/** The pages of the window: an address stands behind `#`, as it does in a deep link. */
export const router = routerOf(createHashHistory());

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
