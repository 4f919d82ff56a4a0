import { useState } from "react";

import type { Pair } from "../../platform";

/** Params or tags, found by what stands in their keys and values. */
export function PairsTable({ what, pairs }: { what: "param" | "tag"; pairs: Pair[] }) {
  const [words, setWords] = useState("");
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (pair: Pair) => parts.every((part) => `${pair.key} ${pair.value}`.toLowerCase().includes(part));
  if (pairs.length === 0) {
    return <p className="empty">No {what} was logged.</p>;
  }
  return (
    <>
      {pairs.length > 12 && (
        <div className="pad">
          <input
            className="field"
            type="text"
            aria-label={`Find a ${what}`}
            placeholder={`find a ${what}`}
            spellCheck={false}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
      )}
      <table className="list pairs">
        <caption className="hidden">
          {pairs.length} {what}s
        </caption>
        <thead>
          <tr>
            <th scope="col">{what === "param" ? "Param" : "Tag"}</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {pairs.filter(has).map((pair) => (
            <tr key={pair.key} className={`tone-${pair.tone}`}>
              <th scope="row">{pair.key}</th>
              <td>{pair.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
