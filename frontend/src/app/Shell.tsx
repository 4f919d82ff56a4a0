import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { useState } from "react";

import { useActions } from "../shared/actions";
import { asking, useChange } from "../shared/asking";
import { Key } from "../shared/Key";
import { HelpDialog } from "./HelpDialog";
import { Palette } from "./Palette";
import "./shell.css";

/** How often the window asks whether something happened to runs, in milliseconds. */
const LOOKS_AGAIN = 15_000;

/** The frame around every page: where one is, which store answers, and what can be done from everywhere. */
export function Shell() {
  const start = useQuery(asking("start", undefined));
  const about = useQuery(asking("about", undefined));
  const refresh = useChange("refresh");
  const navigate = useNavigate();
  const router = useRouter();
  const [over, setOver] = useState<"none" | "palette" | "help">("none");
  const standing = useQuery({ ...asking("standing", undefined), refetchInterval: LOOKS_AGAIN });
  const store = start.data?.store ?? null;
  const nNew = standing.data?.n_new ?? 0;
  useActions({
    "app.palette": () => setOver("palette"),
    "app.help": () => setOver("help"),
    "app.refresh": () => refresh.mutate(undefined),
    "app.back": () => router.history.back(),
    "app.contexts": () => void navigate({ to: "/stores" }),
  });
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={skip}>
        Skip to the page
      </button>
      <header className="bar">
        <Link to="/experiments" className="brand" aria-label="flowdeck: experiments">
          <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
            <path d="M2 13 L6 8 L10 10.5 L16 3" fill="none" stroke="currentColor" strokeWidth="2.2" />
            <circle cx="16" cy="3" r="2" fill="currentColor" />
          </svg>
          flowdeck
        </Link>
        {about.data && <span className="quiet version">{about.data.version}</span>}
        <nav aria-label="Pages">
          <Link to="/experiments" className="bar-link" activeProps={{ "aria-current": "page" }}>
            Experiments
          </Link>
          <Link to="/models" className="bar-link" activeProps={{ "aria-current": "page" }}>
            Models
          </Link>
          <Link to="/inbox" className="bar-link" activeProps={{ "aria-current": "page" }}>
            Inbox
            {nNew > 0 && (
              <span className="new-count">
                {nNew}
                <span className="hidden"> new</span>
              </span>
            )}
          </Link>
          <Link to="/stores" className="bar-link" activeProps={{ "aria-current": "page" }}>
            Stores
          </Link>
        </nav>
        <div className="bar-store">
          {store && (
            <Link
              to="/stores"
              className="store-chip"
              title={`${store.kind} ${store.uri}, from ${store.found}`}
            >
              <span className="quiet">{store.context ?? store.kind}</span>
              <span>{store.short}</span>
              {store.limits !== "" && <span className="tone-warning">{store.limits}</span>}
            </Link>
          )}
          {standing.data?.offline && (
            <span role="status" className="tone-warning offline">
              {standing.data.offline}
            </span>
          )}
          <button type="button" className="button" onClick={() => refresh.mutate(undefined)}>
            Refresh <Key of="app.refresh" />
          </button>
          <button type="button" className="button" onClick={() => setOver("palette")}>
            Do anything <Key of="app.palette" />
          </button>
          <button type="button" className="button" aria-label="Keys" onClick={() => setOver("help")}>
            ?
          </button>
        </div>
      </header>
      <Outlet />
      {over === "palette" && <Palette onClose={() => setOver("none")} />}
      {over === "help" && <HelpDialog onClose={() => setOver("none")} />}
    </div>
  );
}

/** The address is the view's own: the focus moves without it. */
function skip() {
  document.getElementById("main")?.focus();
}
