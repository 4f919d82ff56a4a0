import { useQuery } from "@tanstack/react-query";

import { failureView } from "../../platform";
import { Notice } from "../../shared/Notice";
import { ExperimentsTable } from "./ExperimentsTable";
import { aboutQuery, experimentsQuery } from "./queries";
import "./experiments.css";

/** The store that was found, and its experiments. */
export function ExperimentsPage() {
  const about = useQuery(aboutQuery);
  const answer = useQuery(experimentsQuery);
  return (
    <main className="page" aria-busy={answer.isFetching}>
      <header className="masthead">
        <h1>flowdeck</h1>
        {about.data && <span className="quiet">{about.data.version}</span>}
      </header>
      {answer.data && (
        <p className="store">
          <span className="quiet">{answer.data.store.kind} </span>
          <code>{answer.data.store.uri}</code>
          <span className="quiet"> from {answer.data.store.found}</span>
        </p>
      )}
      {answer.error && <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <p role="status">Reading experiments…</p>}
      {answer.data?.warnings.map((warning) => (
        <p key={warning} className="warning">
          {warning}
        </p>
      ))}
      {answer.data && <ExperimentsTable rows={answer.data.experiments} />}
    </main>
  );
}
