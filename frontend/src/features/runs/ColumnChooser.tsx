import { Dialog } from "@base-ui/react/dialog";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";

import type { Act, ChooserEntry, RunsQuestion, TableWish } from "../../platform";
import { asking } from "../../shared/asking";

interface ColumnChooserProps {
  question: RunsQuestion;
  wish: TableWish;
  onAct: (act: Act) => void;
  onClose: () => void;
}

/** Entries that are asked for at a time. */
const PART = 100;

/** Every column there is, by family and by what stands before a slash: shown, hidden, pinned. */
export function ColumnChooser({ question, wish, onAct, onClose }: ColumnChooserProps) {
  const [words, setWords] = useState("");
  const [turned, setTurned] = useState<string[]>([]);
  const scroll = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const answer = useQuery({
    ...asking("chooser", { question, wish, words, turned, first, n: PART * 3 }),
    placeholderData: keepPreviousData,
  });
  const rows = useVirtualizer({
    count: answer.data?.n_entries ?? 0,
    getScrollElement: () => scroll.current,
    estimateSize: () => 26,
    overscan: 10,
    onChange: (instance) => {
      const start = instance.range?.startIndex ?? 0;
      setFirst(Math.max(0, (Math.floor(start / PART) - 1) * PART));
    },
  });
  const [shownFirst, setShownFirst] = useState(0);
  if (!answer.isPlaceholderData && shownFirst !== first) {
    setShownFirst(first);
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Popup className="chooser">
          <div className="chooser-head">
            <Dialog.Title className="dialog-title">Columns</Dialog.Title>
            <input
              className="field"
              type="text"
              aria-label="A few letters of a key"
              placeholder="a few letters of a key"
              spellCheck={false}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
            <div className="chooser-tools">
              <button type="button" className="button" onClick={() => onAct({ act: "reset_columns" })}>
                As at first
              </button>
              <Dialog.Close className="button">Done</Dialog.Close>
            </div>
          </div>
          <div ref={scroll} className="chooser-list">
            <div className="chooser-space" style={{ height: rows.getTotalSize() }}>
              {rows.getVirtualItems().map((item) => {
                const entry = answer.data?.entries[item.index - shownFirst];
                return (
                  entry && (
                    <Entry
                      key={`${entry.name}${entry.fold}`}
                      entry={entry}
                      top={item.start}
                      onAct={onAct}
                      onFold={() =>
                        setTurned((before) =>
                          before.includes(entry.fold)
                            ? before.filter((name) => name !== entry.fold)
                            : [...before, entry.fold],
                        )
                      }
                    />
                  )
                );
              })}
            </div>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface EntryProps {
  entry: ChooserEntry;
  top: number;
  onAct: (act: Act) => void;
  onFold: () => void;
}

function Entry({ entry, top, onAct, onFold }: EntryProps) {
  const isGroup = entry.n_columns !== null;
  const n = entry.n_columns ?? 1;
  const isShown = entry.n_shown > 0;
  return (
    <div
      className={`chooser-entry depth-${entry.depth} ${isGroup && entry.depth === 0 ? "family" : ""}`}
      style={{ top }}
    >
      {isGroup && (
        <button
          type="button"
          className="pin"
          aria-expanded={!entry.is_folded}
          aria-label={`${entry.is_folded ? "Unfold" : "Fold"} ${entry.title}`}
          onClick={onFold}
        >
          {entry.is_folded ? "▸" : "▾"}
        </button>
      )}
      <div className="entry-name">
        {entry.name !== "" && (
          <input
            type="checkbox"
            aria-label={`Show ${entry.title}`}
            checked={isShown}
            ref={(box) => {
              if (box !== null) {
                box.indeterminate = isShown && entry.n_shown < n;
              }
            }}
            onChange={() => onAct({ act: isShown && entry.n_shown === n ? "hide" : "show", on: entry.name })}
          />
        )}
        <span className="name">{entry.title}</span>
        {isGroup && (
          <span className="quiet">
            {entry.n_shown.toLocaleString("en")} of {n.toLocaleString("en")}
          </span>
        )}
      </div>
      {!isGroup && (
        <button
          type="button"
          className="pin"
          aria-pressed={entry.is_pinned}
          aria-label={`pin ${entry.title}`}
          onClick={() => onAct({ act: "pin", on: entry.name })}
        >
          pin
        </button>
      )}
    </div>
  );
}
