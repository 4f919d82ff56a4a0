import type { ExperimentRow } from "../../platform";

interface ExperimentsTableProps {
  rows: ExperimentRow[];
}

/** Experiments by name, with how they stand and when they last changed. */
export function ExperimentsTable({ rows }: ExperimentsTableProps) {
  if (rows.length === 0) {
    return <p role="status">This store has no experiments yet.</p>;
  }
  return (
    <table className="experiments">
      <caption>
        {rows.length} {rows.length === 1 ? "experiment" : "experiments"}
      </caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Lifecycle</th>
          <th scope="col">Last update</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} data-lifecycle={row.lifecycle.word}>
            <th scope="row">{row.name}</th>
            <td className={`tone-${row.lifecycle.tone}`}>
              <span aria-hidden="true">{row.lifecycle.symbol} </span>
              {row.lifecycle.word}
            </td>
            <td>{row.last_update ?? <span className="quiet">unknown</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
