import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";

import { type AuditRow, failureView } from "../../platform";
import { useActions } from "../../shared/actions";
import { asking } from "../../shared/asking";
import { Crumbs } from "../../shared/Crumbs";
import { Key } from "../../shared/Key";
import { type ListColumn, ListTable } from "../../shared/ListTable";
import { Notice } from "../../shared/Notice";
import { useCursor } from "../../shared/useCursor";
import { useChanging } from "./useChanging";
import { useMayChange } from "./useMayChange";
import "../run/run.css";
import "./registry.css";

/** The changes of a registry in an address. */
export interface ChangesSearch {
  model?: string;
}

/** Reads an address; what cannot be read is left out. */
export function readChangesSearch(search: Record<string, unknown>): ChangesSearch {
  return typeof search.model === "string" && search.model !== "" ? { model: search.model } : {};
}

const COLUMNS: ListColumn<AuditRow>[] = [
  { title: "Time", cell: (row) => <span className="quiet">{row.time}</span> },
  { title: "By", cell: (row) => row.user },
  { title: "Action", cell: (row) => row.action },
  { title: "Subject", cell: (row) => <strong>{row.subject}</strong> },
  { title: "What", cell: (row) => row.what },
  { title: "State", cell: (row) => <span className={`tone-${row.state[1]}`}>{row.state[0]}</span> },
];

/** What flowdeck changed in the registry, each with how it stood before and after. */
export function ChangesPage() {
  const { model } = readChangesSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const answer = useQuery(asking("audit", model ?? null));
  const mayChange = useMayChange();
  const rows = answer.data?.changes ?? [];
  const [cursor, setCursor] = useCursor(rows.length);
  const row = rows[cursor];
  const [change, changeDialog] = useChanging();
  const takeBack = () => row && change({ request: { look: "take_back", id: row.id }, verb: "Take back" });
  useActions({
    "audit.open": () => row && void navigate({ to: "/model/$name", params: { name: row.model } }),
    "audit.copy-id": () => row && void navigator.clipboard?.writeText(row.id),
    ...(mayChange && { "audit.take-back": takeBack }),
  });
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={answer.isFetching}>
      <div className="page-head">
        <Crumbs>
          <Link to="/models" search={{}}>
            Models
          </Link>
          {model && (
            <Link to="/model/$name" params={{ name: model }}>
              {model}
            </Link>
          )}
          <h1>Changes</h1>
        </Crumbs>
        <div className="tools push">
          {mayChange && row && (
            <button type="button" className="button" onClick={takeBack}>
              Take this back <Key of="audit.take-back" />
            </button>
          )}
        </div>
      </div>
      {answer.error && <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data?.warnings.map((warning) => (
        <p key={warning} className="warning">
          {warning}
        </p>
      ))}
      {answer.data && rows.length === 0 && (
        <p role="status" className="empty">
          flowdeck changed nothing here yet.
        </p>
      )}
      {rows.length > 0 && (
        <div className="changes">
          <ListTable
            label="Changes"
            rows={rows}
            keyOf={({ id }) => id}
            columns={COLUMNS}
            cursor={cursor}
            onCursor={setCursor}
          />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
          <section className="tab-panel" aria-label="The change in hand" tabIndex={0}>
            {row?.groups.map((group) => (
              <div key={group.title}>
                {group.title !== "" && <h3 className="section-title">{group.title}</h3>}
                <dl className="facts">
                  {group.pairs.map((pair) => (
                    <div key={pair.key + pair.value}>
                      <dt>{pair.key}</dt>
                      <dd>{pair.value}</dd>
                    </div>
                  ))}
                </dl>
              </div>
            ))}
          </section>
        </div>
      )}
      {changeDialog}
    </main>
  );
}
