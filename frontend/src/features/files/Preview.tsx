import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { failureView, type PreviewBody, type TreeLineView } from "../../platform";
import { asking } from "../../shared/asking";
import { Notice } from "../../shared/Notice";
import "./files.css";

/** What is shown of a file, by its form. */
export function Preview({ run, path }: { run: string; path: string }) {
  const answer = useQuery(asking("preview", { run, path, size_bytes: null }));
  if (answer.error) {
    return <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />;
  }
  if (answer.data === undefined) {
    return (
      <p role="status" className="empty">
        Reading…
      </p>
    );
  }
  const { size, remarks, body } = answer.data;
  return (
    <>
      <p className="preview-head">
        <strong>{path}</strong>{" "}
        <span className="quiet">{[size, ...remarks].filter(Boolean).join(" · ")}</span>
      </p>
      <div className="preview-body">
        <Body run={run} path={path} body={body} />
      </div>
    </>
  );
}

function Body({ run, path, body }: { run: string; path: string; body: PreviewBody }) {
  return body.form === "picture" ? (
    <Picture run={run} path={path} mime={body.mime} width={body.width} height={body.height} />
  ) : (
    <PreviewBodyView body={body} />
  );
}

/** What is shown of a file of any form but a picture, which is read on its own. */
export function PreviewBodyView({ body }: { body: PreviewBody }) {
  switch (body.form) {
    case "text":
      return <pre className="text">{body.text}</pre>;
    case "bytes":
      return <pre className="text">{body.lines.join("\n")}</pre>;
    case "tree":
      return <Tree lines={body.lines} />;
    case "picture":
      return null;
    case "table":
      return (
        <table className="list">
          <thead>
            <tr>
              {body.columns.map((column) => (
                <th key={column.name} scope="col" className={column.is_numeric ? "num" : undefined}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {body.rows.map((row, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row of a file is told by its place alone.
              <tr key={place}>
                {row.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: likewise its cells.
                  <td key={column} className={body.columns[column]?.is_numeric ? "num" : undefined}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
    case "model":
      return (
        <div className="model">
          <Facts title="Model" facts={body.facts} />
          {body.signature.map((part) => (
            <Facts key={part.title} title={part.title} facts={part.fields} />
          ))}
          {body.flavors.map((flavor) => (
            <Facts key={flavor.name} title={flavor.name} facts={flavor.facts} />
          ))}
        </div>
      );
  }
}

function Facts({ title, facts }: { title: string; facts: { key: string; value: string }[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl className="facts">
        {facts.map((fact) => (
          <div key={fact.key}>
            <dt>{fact.key}</dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Values in values; what is folded leaves out all that it holds. */
function Tree({ lines }: { lines: TreeLineView[] }) {
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const shown: number[] = [];
  for (let at = 0; at < lines.length; ) {
    shown.push(at);
    at = folded.has(at) ? Math.max(at + 1, lines[at]?.end ?? at + 1) : at + 1;
  }
  const turn = (at: number) => {
    const next = new Set(folded);
    if (!next.delete(at)) {
      next.add(at);
    }
    setFolded(next);
  };
  return (
    <div className="tree">
      {shown.map((at) => {
        const line = lines[at];
        return (
          line && (
            <div key={at} className="tree-line" style={{ paddingLeft: 8 + line.depth * 16 }}>
              {line.is_holder ? (
                <button
                  type="button"
                  className="pin"
                  aria-expanded={!folded.has(at)}
                  aria-label={`Fold ${line.key}`}
                  onClick={() => turn(at)}
                >
                  {folded.has(at) ? "▸" : "▾"}
                </button>
              ) : (
                <span className="tree-room" />
              )}
              {line.key !== "" && <span className="tree-key">{line.key}</span>}
              <span className={line.is_holder ? "quiet" : undefined}>{line.value}</span>
            </div>
          )
        );
      })}
    </div>
  );
}

interface PictureProps {
  run: string;
  path: string;
  mime: string;
  width: number;
  height: number;
}

function Picture({ run, path, mime, width, height }: PictureProps) {
  const answer = useQuery({ ...asking("picture", { run, path, size_bytes: null }), gcTime: 0 });
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (answer.data === undefined) {
      return;
    }
    const made = URL.createObjectURL(new Blob([answer.data], { type: mime }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [answer.data, mime]);
  if (answer.error) {
    return <Notice failure={failureView(answer.error)} />;
  }
  return address === null ? (
    <p className="empty">Reading…</p>
  ) : (
    <img className="picture" src={address} alt={path} width={width} height={height} />
  );
}
