import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

import { failureView, type InboxItem } from "../../platform";
import { useActions } from "../../shared/actions";
import { asking, useChange } from "../../shared/asking";
import { type ListColumn, ListTable } from "../../shared/ListTable";
import { Notice } from "../../shared/Notice";
import { useCursor } from "../../shared/useCursor";

const COLUMNS: ListColumn<InboxItem>[] = [
  { title: "What", cell: (item) => <span className={`tone-${item.tone}`}>{item.word}</span> },
  {
    title: "Run",
    cell: (item) => (
      <Link to="/run/$id" params={{ id: item.run }} className="strong-link" tabIndex={-1}>
        {item.name}
      </Link>
    ),
  },
  { title: "Since it was seen", cell: (item) => item.sentence },
  { title: "When", cell: (item) => <span className="quiet">{item.at}</span> },
];

/** What happened to runs since the last look: read once it was shown. */
export function InboxPage() {
  const navigate = useNavigate();
  const answer = useQuery(asking("inbox", undefined));
  const read = useChange("read_inbox");
  const items = answer.data?.items ?? [];
  const [cursor, setCursor] = useCursor(items.length);
  const item = items[cursor];
  const open = (run: string) => void navigate({ to: "/run/$id", params: { id: run } });
  const markRead = read.mutate;
  // Leaving the page, everything that stood there was seen.
  useEffect(() => () => markRead(undefined), [markRead]);
  useActions({
    "inbox.open": () => item && open(item.run),
    "inbox.copy-id": () => item && void navigator.clipboard?.writeText(item.run),
  });
  const nNew = answer.data?.n_new ?? 0;
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={answer.isFetching}>
      <div className="page-head">
        <h1>Inbox</h1>
        {answer.data && (
          <span className="quiet" role="status">
            {items.length === 1 ? "1 item" : `${items.length} items`}
            {nNew > 0 && ` · ${nNew} new`}
          </span>
        )}
      </div>
      {answer.error && <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data && items.length === 0 && (
        <p role="status" className="empty">
          {answer.data.is_looking
            ? "Looking at the runs…"
            : "Nothing happened: no run ended, stalled or diverged since the last look."}
        </p>
      )}
      {items.length > 0 && (
        <ListTable
          label="What happened"
          rows={items}
          keyOf={(item) => `${item.run} ${item.word} ${item.at}`}
          columns={COLUMNS}
          cursor={cursor}
          onCursor={setCursor}
          onOpen={(item) => open(item.run)}
          isMarked={(item) => item.is_new}
        />
      )}
    </main>
  );
}
