import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { failureView, type VersionFactView } from "../../platform";
import { useActions } from "../../shared/actions";
import { asking } from "../../shared/asking";
import { Crumbs } from "../../shared/Crumbs";
import { Key } from "../../shared/Key";
import { Notice } from "../../shared/Notice";
import { PreviewBodyView } from "../files/Preview";
import { RegistryEditDialog, type RegistryEditing } from "./RegistryEditDialog";
import { TargetDialog } from "./TargetDialog";
import { useChanging } from "./useChanging";
import { useMayChange } from "./useMayChange";
import "../run/run.css";
import "./registry.css";

/** A model version with what it hangs together with. */
export function VersionPage() {
  const { name, version } = useParams({ strict: false }) as { name: string; version: string };
  const named = { model: name, version };
  const navigate = useNavigate();
  const answer = useQuery(asking("version", named));
  const card = useQuery(asking("version_card", named));
  const mayChange = useMayChange();
  const [editing, setEditing] = useState<RegistryEditing | null>(null);
  const [isPromoting, setIsPromoting] = useState(false);
  const [change, changeDialog] = useChanging((applied) => {
    if (applied.model === null || applied.said.startsWith("Deleted")) {
      void navigate({ to: "/model/$name", params: { name }, replace: true });
    }
  });
  const view = answer.data;
  const canPromote = mayChange && (view?.offers.length ?? 0) > 0;
  const leadsTo = (to: "run" | "experiment") => view?.facts.find((fact) => fact.link?.to === to)?.link?.id;
  useActions({
    "model-version.to-parent": () => {
      const id = leadsTo("run");
      if (id !== undefined) {
        void navigate({ to: "/run/$id", params: { id } });
      }
    },
    "model-version.to-experiment": () => {
      const id = leadsTo("experiment");
      if (id !== undefined) {
        void navigate({ to: "/runs", search: { e: [id] } });
      }
    },
    "model-version.copy-id": () => void navigator.clipboard?.writeText(`models:/${name}/${version}`),
    ...(canPromote && {
      "model-version.promote": () => setIsPromoting(true),
      "model-version.describe": () =>
        setEditing({ what: "describe", ...named, description: view?.description ?? "" }),
      "model-version.set-tag": () => setEditing({ what: "tag", ...named }),
      "model-version.remove-tag": () =>
        view && view.tags.length > 0 && setEditing({ what: "untag", ...named, tags: view.tags }),
      "model-version.remove-alias": () => {
        const alias = view?.aliases[0];
        if (alias !== undefined) {
          change({ request: { look: "remove_alias", model: name, alias }, verb: "Remove" });
        }
      },
      "model-version.delete": () =>
        change({ request: { look: "delete_version", version: named }, verb: "Delete" }),
    }),
  });
  return (
    <main id="main" className="page" tabIndex={-1} aria-busy={answer.isFetching}>
      <div className="page-head">
        <Crumbs>
          <Link to="/models" search={{}}>
            Models
          </Link>
          <Link to="/model/$name" params={{ name }}>
            {name}
          </Link>
          <h1>version {version}</h1>
        </Crumbs>
        {view && view.stage[0] !== "" && <span className={`tone-${view.stage[1]}`}>{view.stage[0]}</span>}
        {view?.aliases.map((alias) => (
          <span key={alias} className="alias">
            @{alias}
          </span>
        ))}
        {canPromote && (
          <div className="tools push">
            <button type="button" className="button primary" onClick={() => setIsPromoting(true)}>
              Promote <Key of="model-version.promote" />
            </button>
            <button
              type="button"
              className="button"
              onClick={() => setEditing({ what: "describe", ...named, description: view?.description ?? "" })}
            >
              Describe <Key of="model-version.describe" />
            </button>
            <button type="button" className="button" onClick={() => setEditing({ what: "tag", ...named })}>
              Tag <Key of="model-version.set-tag" />
            </button>
            <button
              type="button"
              className="button danger"
              onClick={() => change({ request: { look: "delete_version", version: named }, verb: "Delete" })}
            >
              Delete <Key of="model-version.delete" />
            </button>
          </div>
        )}
      </div>
      {answer.error && <Notice failure={failureView(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.isPending && (
        <p role="status" className="empty">
          Reading the version…
        </p>
      )}
      {view && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        <div className="tab-panel version-page" tabIndex={0}>
          <section aria-label="About the version">
            <dl className="facts">
              {view.facts.map((fact) => (
                <div key={fact.label}>
                  <dt>{fact.label}</dt>
                  <dd className={`tone-${fact.tone}`}>
                    <VersionFact fact={fact} />
                  </dd>
                </div>
              ))}
            </dl>
            {view.description !== "" && <p className="note-text">{view.description}</p>}
            {view.tags.length > 0 && (
              <>
                <h3 className="section-title">Tags</h3>
                <dl className="facts">
                  {view.tags.map((tag) => (
                    <div key={tag.key}>
                      <dt>{tag.key}</dt>
                      <dd className={`tone-${tag.tone}`}>{tag.value}</dd>
                    </div>
                  ))}
                </dl>
              </>
            )}
          </section>
          <section aria-label="MLmodel">
            {card.data && <PreviewBodyView body={card.data.preview.body} />}
            {card.error && <p className="quiet pad">{failureView(card.error).sentence}</p>}
          </section>
        </div>
      )}
      {editing && <RegistryEditDialog editing={editing} onDone={() => {}} onClose={() => setEditing(null)} />}
      {isPromoting && (
        <TargetDialog
          version={named}
          onTarget={(target) => {
            change({ request: { look: "promote", version: named, target }, verb: "Promote" });
            setIsPromoting(false);
          }}
          onClose={() => setIsPromoting(false)}
        />
      )}
      {changeDialog}
    </main>
  );
}

function VersionFact({ fact }: { fact: VersionFactView }) {
  if (fact.link?.to === "run") {
    return (
      <Link to="/run/$id" params={{ id: fact.link.id }}>
        {fact.text}
      </Link>
    );
  }
  if (fact.link?.to === "experiment") {
    return (
      <Link to="/runs" search={{ e: [fact.link.id] }}>
        {fact.text}
      </Link>
    );
  }
  return <span className="text-lines">{fact.text}</span>;
}
