import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { type FileEntry, failureView } from "../../platform";
import { asking } from "../../shared/asking";
import { Notice } from "../../shared/Notice";
import { Preview } from "./Preview";
import "./files.css";

interface FilesTabProps {
  run: string;
  path: string | undefined;
  onPath: (path: string) => void;
}

/** The files of a run beside what is shown of the one in hand. */
export function FilesTab({ run, path, onPath }: FilesTabProps) {
  return (
    <div className="files">
      <nav aria-label="Files" className="files-tree">
        <Directory run={run} path="" depth={0} chosen={path} onPath={onPath} />
      </nav>
      <section aria-label="Preview" className="files-preview">
        {path === undefined ? (
          <p className="empty">Choose a file.</p>
        ) : (
          <Preview key={path} run={run} path={path} />
        )}
      </section>
    </div>
  );
}

interface DirectoryProps {
  run: string;
  path: string;
  depth: number;
  chosen: string | undefined;
  onPath: (path: string) => void;
}

function Directory({ run, path, depth, chosen, onPath }: DirectoryProps) {
  const answer = useQuery(asking("files", { run, path, size_bytes: null }));
  if (answer.error) {
    return <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />;
  }
  if (answer.data === undefined) {
    return <p className="quiet pad">Reading…</p>;
  }
  if (answer.data.entries.length === 0) {
    return <p className="quiet pad">{depth === 0 ? "No file was logged." : "Nothing in it."}</p>;
  }
  return (
    <ul>
      {answer.data.entries.map((entry) => (
        <Entry key={entry.path} run={run} entry={entry} depth={depth} chosen={chosen} onPath={onPath} />
      ))}
    </ul>
  );
}

interface EntryProps {
  run: string;
  entry: FileEntry;
  depth: number;
  chosen: string | undefined;
  onPath: (path: string) => void;
}

function Entry({ run, entry, depth, chosen, onPath }: EntryProps) {
  const [isOpen, setIsOpen] = useState(chosen?.startsWith(`${entry.path}/`) ?? false);
  const room = { paddingLeft: 12 + depth * 14 };
  if (!entry.is_directory) {
    return (
      <li>
        <button
          type="button"
          className="file"
          style={room}
          aria-current={entry.path === chosen ? "true" : undefined}
          onClick={() => onPath(entry.path)}
        >
          <span className="file-name">{entry.name}</span>
          <span className="quiet">{entry.size}</span>
        </button>
      </li>
    );
  }
  return (
    <li>
      <button
        type="button"
        className="file"
        style={room}
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        <span className="file-name">
          <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span> {entry.name}/
        </span>
      </button>
      {isOpen && <Directory run={run} path={entry.path} depth={depth + 1} chosen={chosen} onPath={onPath} />}
    </li>
  );
}
