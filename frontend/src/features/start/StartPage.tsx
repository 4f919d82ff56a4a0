import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";

import { failureView, type OpenRequest } from "../../platform";
import { useActions } from "../../shared/actions";
import { asking, useChange } from "../../shared/asking";
import { Notice } from "../../shared/Notice";
import { useSay } from "../../shared/said";
import { AddContext } from "./AddContext";
import "./start.css";

/** Where a store is chosen: one that is typed, a context, or the demo. */
export function StartPage() {
  const start = useQuery(asking("start", undefined));
  const open = useChange("open");
  const test = useChange("test_context");
  const use = useChange("use_context");
  const say = useSay();
  const navigate = useNavigate();
  const [uri, setUri] = useState("");
  const [isAdding, setIsAdding] = useState(false);
  const take = (request: OpenRequest) =>
    open.mutate(request, { onSuccess: () => void navigate({ to: "/experiments", search: {} }) });
  useActions({
    "contexts.add-context": () => setIsAdding(true),
    "welcome.open-demo": () => take({ what: "demo" }),
  });
  if (start.error) {
    return (
      <main id="main" className="page" tabIndex={-1}>
        <Notice failure={failureView(start.error)} onRetry={() => void start.refetch()} />
      </main>
    );
  }
  if (!start.data) {
    return (
      <main id="main" className="page" tabIndex={-1}>
        <p role="status" className="empty">
          Looking for a store…
        </p>
      </main>
    );
  }
  const { store, looks, contexts, failure, warnings, has_demo: hasDemo } = start.data;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    take({ what: "store", name: uri });
  };
  return (
    <main id="main" className="page start" tabIndex={-1} aria-busy={open.isPending}>
      <div className="start-inner">
        <header>
          <h1>{store ? "Stores" : "No MLflow store was found here."}</h1>
          <p className="quiet">
            {store
              ? `${store.kind} ${store.uri} is open, from ${store.found}.`
              : "Open one, or look around in the demo first."}
          </p>
        </header>
        {failure && <Notice failure={failure} onRetry={() => void start.refetch()} />}
        {test.error && <Notice failure={failureView(test.error)} />}
        {use.error && <Notice failure={failureView(use.error)} />}
        {open.error && <Notice failure={failureView(open.error)} />}
        {warnings.map((warning) => (
          <p key={warning} className="warning">
            {warning}
          </p>
        ))}
        <section aria-labelledby="open-store" className="card">
          <h2 id="open-store">Open a store</h2>
          <p className="quiet">
            A directory <code>mlruns/</code>, a database <code>mlflow.db</code>, or the address of a tracking
            server. Local stores are opened where they lie, and nothing is migrated.
          </p>
          <form className="open-form" onSubmit={submit}>
            <input
              className="field"
              type="text"
              aria-label="Path or address of a store"
              placeholder="path/to/mlruns, path/to/mlflow.db or https://mlflow.example"
              spellCheck={false}
              value={uri}
              onChange={(event) => setUri(event.target.value)}
            />
            <button type="submit" className="button primary" disabled={uri.trim() === "" || open.isPending}>
              Open
            </button>
          </form>
        </section>
        <section aria-labelledby="contexts" className="card">
          <div className="card-head">
            <h2 id="contexts">Contexts</h2>
            <button type="button" className="button" onClick={() => setIsAdding(true)}>
              Add a context
            </button>
          </div>
          {contexts.length === 0 ? (
            <p className="quiet">
              A context names a server or a store, how to sign in, and what may be done in it. None is
              configured yet.
            </p>
          ) : (
            <ul className="contexts">
              {contexts.map((context) => (
                <li key={context.name} className="context-line">
                  <button
                    type="button"
                    className="context"
                    disabled={context.tone === "bad" || open.isPending}
                    onClick={() => take({ what: "context", name: context.name })}
                  >
                    <strong>
                      {context.name}
                      {context.is_current && <span className="quiet"> current</span>}
                      {context.is_open && <span className="tone-good"> open</span>}
                    </strong>
                    <span className={context.tone === "bad" ? "tone-bad" : "quiet"}>{context.place}</span>
                    <span className="quiet">{context.sign_in}</span>
                    {context.limits !== "" && <span className="tone-warning">{context.limits}</span>}
                  </button>
                  <button
                    type="button"
                    className="button"
                    aria-label={`Test ${context.name}`}
                    disabled={test.isPending}
                    onClick={() =>
                      test.mutate(context.name, { onSuccess: (tested) => say({ text: tested.said }) })
                    }
                  >
                    Test
                  </button>
                  <button
                    type="button"
                    className="button"
                    aria-label={`Use ${context.name} where none is named`}
                    disabled={context.is_current || context.tone === "bad"}
                    onClick={() =>
                      use.mutate(context.name, { onSuccess: (used) => say({ text: used.said }) })
                    }
                  >
                    Use
                  </button>
                </li>
              ))}
            </ul>
          )}
        </section>
        {hasDemo && (
          <section aria-labelledby="demo" className="card">
            <div className="card-head">
              <h2 id="demo">The demo</h2>
              <button
                type="button"
                className="button"
                disabled={open.isPending}
                onClick={() => take({ what: "demo" })}
              >
                {open.isPending ? "Opening…" : "Open the demo"}
              </button>
            </div>
            <p className="quiet">
              Experiments of six teams with some two hundred runs, one of them still training: every view
              works with nothing installed.
            </p>
          </section>
        )}
        {!store && looks.length > 0 && (
          <section aria-labelledby="looks" className="card">
            <h2 id="looks">Where flowdeck looked</h2>
            <dl className="looks">
              {looks.map((look) => (
                <div key={look.place}>
                  <dt>{look.place}</dt>
                  <dd className="quiet">{look.outcome}</dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
      {isAdding && <AddContext onClose={() => setIsAdding(false)} />}
    </main>
  );
}
