import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";

import { failureView, type VersionsSection } from "../../platform";
import { asking } from "../../shared/asking";
import { Crumbs } from "../../shared/Crumbs";
import { Notice } from "../../shared/Notice";
import "./registry.css";

/** Versions side by side in an address. */
export interface VersionsSearch {
  model: string;
  v: string[];
}

/** Reads an address; what cannot be read is left out. */
export function readVersionsSearch(search: Record<string, unknown>): VersionsSearch {
  const versions = Array.isArray(search.v) ? search.v : [];
  return { model: typeof search.model === "string" ? search.model : "", v: versions.map(String) };
}

/** Versions of a model side by side, held against the first. */
export function VersionsPage() {
  const raw = useSearch({ strict: false });
  const { model, v } = useMemo(() => readVersionsSearch(raw), [raw]);
  const answer = useQuery(
    asking(
      "compare_versions",
      v.map((version) => ({ model, version })),
    ),
  );
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={answer.isFetching}>
      <div className="page-head">
        <Crumbs>
          <Link to="/models" search={{}}>
            Models
          </Link>
          <Link to="/model/$name" params={{ name: model }}>
            {model}
          </Link>
          <h1>{v.length} versions compared</h1>
        </Crumbs>
      </div>
      {answer.error && <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.isPending && (
        <p role="status" className="empty">
          Reading the versions…
        </p>
      )}
      {answer.data && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        <div className="tab-panel sections" tabIndex={0}>
          {answer.data.map((section) => (
            <Section key={section.title} section={section} />
          ))}
        </div>
      )}
    </main>
  );
}

function Section({ section }: { section: VersionsSection }) {
  return (
    <section aria-label={section.title || "Where they come from"}>
      {section.title !== "" && <h2 className="section-title">{section.title}</h2>}
      {section.rows.length > 0 && (
        <table className="list sides">
          <thead>
            <tr>
              {section.titles.map((title) => (
                <th key={title} scope="col">
                  {title || <span className="hidden">What</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {section.rows.map((row) => (
              <tr key={row[0]}>
                {section.titles.map((title, column) =>
                  column === 0 ? (
                    <th key={title} scope="row">
                      {row[column]}
                    </th>
                  ) : (
                    <td key={title}>{row[column]}</td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {section.remark && <p className="quiet pad">{section.remark}</p>}
    </section>
  );
}
