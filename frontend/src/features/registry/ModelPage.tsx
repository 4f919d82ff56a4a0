import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { failureView, type VersionRow } from "../../platform";
import { useActions } from "../../shared/actions";
import { asking } from "../../shared/asking";
import { Badge } from "../../shared/Badge";
import { Crumbs } from "../../shared/Crumbs";
import { Key } from "../../shared/Key";
import { type ListColumn, ListTable } from "../../shared/ListTable";
import { Notice } from "../../shared/Notice";
import { useCursor } from "../../shared/useCursor";
import { RegistryEditDialog, type RegistryEditing } from "./RegistryEditDialog";
import { TargetDialog } from "./TargetDialog";
import { useChanging } from "./useChanging";
import { useMayChange } from "./useMayChange";
import "./registry.css";

/** A registered model with its versions. */
export function ModelPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const navigate = useNavigate();
  const answer = useQuery(asking("model", name));
  const mayChange = useMayChange();
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [editing, setEditing] = useState<RegistryEditing | null>(null);
  const [promoting, setPromoting] = useState<string | null>(null);
  const [change, changeDialog] = useChanging((applied) => {
    if (applied.model === null) {
      void navigate({ to: "/models", search: {}, replace: true });
    } else if (applied.model !== name) {
      void navigate({ to: "/model/$name", params: { name: applied.model }, replace: true });
    }
  });
  const model = answer.data;
  const rows = model?.versions ?? [];
  const [cursor, setCursor] = useCursor(rows.length);
  const row = rows[cursor];
  const open = (version: string | undefined) =>
    version !== undefined &&
    void navigate({ to: "/model/$name/version/$version", params: { name, version } });
  const mark = (version: string | undefined) => {
    if (version !== undefined) {
      const next = new Set(marked);
      if (!next.delete(version)) {
        next.add(version);
      }
      setMarked(next);
    }
  };
  const compared = rows
    .map(({ version }) => version)
    .filter((version) => marked.has(version))
    .reverse();
  const compare = () =>
    compared.length > 1 && void navigate({ to: "/versions", search: { model: name, v: compared } });
  const canPromote = mayChange && model?.is_prompt === false;
  const aliasOf = (version: VersionRow | undefined) => version?.aliases.split(" ")[0]?.replace(/^@/, "");
  useActions({
    "registered-model.open": () => open(row?.version),
    "registered-model.mark": () => {
      mark(row?.version);
      setCursor(cursor + 1);
    },
    "registered-model.compare": compare,
    "registered-model.audit-log": () => void navigate({ to: "/changes", search: { model: name } }),
    "registered-model.copy-id": () =>
      void navigator.clipboard?.writeText(`models:/${name}/${row?.version ?? ""}`),
    ...(canPromote && {
      "registered-model.promote": () => row && setPromoting(row.version),
      "registered-model.take-back": () =>
        change({ request: { look: "take_back_last", model: name }, verb: "Take back" }),
      "registered-model.rename": () => setEditing({ what: "rename", model: name }),
      "registered-model.describe": () =>
        setEditing({ what: "describe", model: name, version: null, description: model?.description ?? "" }),
      "registered-model.set-tag": () => setEditing({ what: "tag", model: name, version: null }),
      "registered-model.remove-tag": () =>
        model &&
        model.tags.length > 0 &&
        setEditing({ what: "untag", model: name, version: null, tags: model.tags }),
      "registered-model.remove-alias": () => {
        const alias = aliasOf(row);
        if (alias) {
          change({ request: { look: "remove_alias", model: name, alias }, verb: "Remove" });
        }
      },
      "registered-model.delete": () =>
        change({ request: { look: "delete_model", model: name }, verb: "Delete" }),
    }),
  });
  const columns: ListColumn<VersionRow>[] = [
    {
      title: "Version",
      isNumeric: true,
      cell: ({ version }) => (
        <Link
          to="/model/$name/version/$version"
          params={{ name, version }}
          className="strong-link"
          tabIndex={-1}
        >
          {version}
        </Link>
      ),
    },
    { title: "Stage", cell: ({ stage }) => <span className={`tone-${stage[1]}`}>{stage[0]}</span> },
    { title: "Aliases", cell: ({ aliases }) => <span className="tone-accent">{aliases}</span> },
    { title: "Status", cell: ({ status }) => <Badge badge={status} /> },
    { title: "Created", cell: ({ created }) => <span className="quiet">{created}</span> },
    { title: "By", cell: ({ by }) => by },
    { title: "Tags", cell: ({ tags }) => tags },
    {
      title: model?.is_prompt ? "Text" : "Description",
      cell: ({ description }) => <span className="quiet">{description}</span>,
    },
  ];
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={answer.isFetching}>
      <div className="page-head">
        <Crumbs>
          <Link to="/models" search={model?.is_prompt ? { kind: "prompts" } : {}}>
            {model?.is_prompt ? "Prompts" : "Models"}
          </Link>
          <h1>{name}</h1>
        </Crumbs>
        {model && (
          <span className="quiet" role="status">
            {rows.length === 1 ? "1 version" : `${rows.length} versions`}
            {model.facts.map((fact) => ` · ${fact.key.toLowerCase()} ${fact.value}`)}
          </span>
        )}
        <div className="tools push">
          {canPromote && row && (
            <button type="button" className="button primary" onClick={() => setPromoting(row.version)}>
              Promote {row.version} <Key of="registered-model.promote" />
            </button>
          )}
          <button type="button" className="button" disabled={compared.length < 2} onClick={compare}>
            Compare{compared.length > 1 && ` ${compared.length}`} <Key of="registered-model.compare" />
          </button>
          {canPromote && (
            <button
              type="button"
              className="button"
              onClick={() => change({ request: { look: "take_back_last", model: name }, verb: "Take back" })}
            >
              Take back <Key of="registered-model.take-back" />
            </button>
          )}
          <Link to="/changes" search={{ model: name }} className="button">
            Changes <Key of="registered-model.audit-log" />
          </Link>
          {canPromote && (
            <button
              type="button"
              className="button danger"
              onClick={() => change({ request: { look: "delete_model", model: name }, verb: "Delete" })}
            >
              Delete <Key of="registered-model.delete" />
            </button>
          )}
        </div>
      </div>
      {answer.error && <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />}
      {model?.unfinished && <p className="warning">{model.unfinished}</p>}
      {model && (model.description !== "" || model.tags.length > 0) && (
        <div className="about">
          {model.description !== "" && <p>{model.description}</p>}
          {model.tags.map((tag) => (
            <span key={tag.key} className={`tag tone-${tag.tone}`}>
              {tag.key}
              {tag.value !== "" && `=${tag.value}`}
            </span>
          ))}
        </div>
      )}
      {answer.isPending && (
        <p role="status" className="empty">
          Reading the model…
        </p>
      )}
      {model && rows.length === 0 && (
        <p role="status" className="empty">
          It has no versions yet.
        </p>
      )}
      {rows.length > 0 && (
        <ListTable
          label="Versions"
          rows={rows}
          keyOf={({ version }) => version}
          columns={columns}
          cursor={cursor}
          onCursor={setCursor}
          onOpen={({ version }) => open(version)}
          isMarked={({ version }) => marked.has(version)}
        />
      )}
      {editing && (
        <RegistryEditDialog
          editing={editing}
          onDone={(model) =>
            model !== name && void navigate({ to: "/model/$name", params: { name: model }, replace: true })
          }
          onClose={() => setEditing(null)}
        />
      )}
      {promoting && (
        <TargetDialog
          version={{ model: name, version: promoting }}
          onTarget={(target) => {
            change({
              request: { look: "promote", version: { model: name, version: promoting }, target },
              verb: "Promote",
            });
            setPromoting(null);
          }}
          onClose={() => setPromoting(null)}
        />
      )}
      {changeDialog}
    </main>
  );
}
