import { Dialog } from "@base-ui/react/dialog";
import { type FormEvent, useState } from "react";

import { failureView, type Pair, type RegistryEditKind } from "../../platform";
import { useChange } from "../../shared/asking";
import { Notice } from "../../shared/Notice";
import { useSay } from "../../shared/said";

/** What is changed of a registry. */
export type RegistryEditing =
  | { what: "create" }
  | { what: "rename"; model: string }
  | { what: "describe"; model: string; version: string | null; description: string }
  | { what: "tag"; model: string; version: string | null }
  | { what: "untag"; model: string; version: string | null; tags: Pair[] };

interface RegistryEditDialogProps {
  editing: RegistryEditing;
  /** Told the name that the model has afterwards. */
  onDone: (model: string) => void;
  onClose: () => void;
}

const VERBS = { create: "Create", rename: "Rename", describe: "Save", tag: "Set", untag: "Remove" } as const;

function titleOf(editing: RegistryEditing): string {
  if (editing.what === "create") {
    return "Create a registered model";
  }
  const version = "version" in editing && editing.version !== null ? ` ${editing.version}` : "";
  const subject = `${editing.model}${version}`;
  const titles = {
    rename: `Rename ${subject}`,
    describe: `Description of ${subject}`,
    tag: `Set a tag of ${subject}`,
    untag: `Remove a tag of ${subject}`,
  };
  return titles[editing.what];
}

/** Asks what is needed for one change of the registry, and makes it. */
export function RegistryEditDialog({ editing, onDone, onClose }: RegistryEditDialogProps) {
  const change = useChange("edit_registry");
  const say = useSay();
  const [name, setName] = useState(editing.what === "rename" ? editing.model : "");
  const [text, setText] = useState(editing.what === "describe" ? editing.description : "");
  const [key, setKey] = useState(editing.what === "untag" ? (editing.tags[0]?.key ?? "") : "");
  const edits: Record<RegistryEditing["what"], RegistryEditKind> = {
    create: { edit: "create", description: text },
    rename: { edit: "rename", name },
    describe: { edit: "describe", description: text },
    tag: { edit: "tag", key, value: text },
    untag: { edit: "untag", key },
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const model = editing.what === "create" ? name : editing.model;
    const version = "version" in editing ? editing.version : null;
    change.mutate(
      { model, version, edit: edits[editing.what] },
      {
        onSuccess: (done) => {
          say({ text: done.said });
          onClose();
          onDone(done.model ?? model);
        },
      },
    );
  };
  const { what } = editing;
  const needsName = what === "create" || what === "rename";
  const isComplete =
    (!needsName || name.trim() !== "") && ((what !== "tag" && what !== "untag") || key.trim() !== "");
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title className="dialog-title">{titleOf(editing)}</Dialog.Title>
          {change.error && <Notice failure={failureView(change.error)} />}
          <form onSubmit={submit}>
            {needsName && <TextField label="Name" value={name} onType={setName} />}
            {what === "tag" && <TextField label="Key" value={key} onType={setKey} />}
            {what === "tag" && <TextField label="Value" value={text} onType={setText} />}
            {what === "untag" && (
              <label className="form-field">
                <span>Tag</span>
                <select className="select" value={key} onChange={(event) => setKey(event.target.value)}>
                  {editing.tags.map((tag) => (
                    <option key={tag.key} value={tag.key}>
                      {tag.key} = {tag.value}
                    </option>
                  ))}
                </select>
              </label>
            )}
            {(what === "describe" || what === "create") && (
              <label className="form-field">
                <span>Description, in Markdown</span>
                <textarea value={text} onChange={(event) => setText(event.target.value)} />
              </label>
            )}
            <div className="dialog-buttons">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button type="submit" className="button primary" disabled={!isComplete || change.isPending}>
                {VERBS[what]}
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function TextField(props: { label: string; value: string; onType: (text: string) => void }) {
  return (
    <label className="form-field">
      <span>{props.label}</span>
      <input
        className="field"
        type="text"
        spellCheck={false}
        value={props.value}
        onChange={(event) => props.onType(event.target.value)}
      />
    </label>
  );
}
