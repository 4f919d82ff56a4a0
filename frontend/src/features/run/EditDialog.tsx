import { Dialog } from "@base-ui/react/dialog";
import { type FormEvent, useState } from "react";

import { failureView, type RunEditKind, type RunView } from "../../platform";
import { useChange } from "../../shared/asking";
import { Notice } from "../../shared/Notice";

/** What is changed of a run. */
export type Editing = "rename" | "note" | "tag" | "delete" | "restore";

interface EditDialogProps {
  run: RunView;
  editing: Editing;
  /** The word that has to be typed before something is destroyed. */
  confirm: string | null;
  onClose: () => void;
}

const TITLES: Record<Editing, string> = {
  rename: "Rename the run",
  note: "Edit the note",
  tag: "Set a tag",
  delete: "Delete the run",
  restore: "Restore the run",
};

const VERBS: Record<Editing, string> = {
  rename: "Rename",
  note: "Save",
  tag: "Set",
  delete: "Delete",
  restore: "Restore",
};

/** Asks what is needed for one change, and makes it. */
export function EditDialog({ run, editing, confirm, onClose }: EditDialogProps) {
  const change = useChange("edit_runs");
  const [text, setText] = useState(editing === "rename" ? run.name : editing === "note" ? run.note : "");
  const [key, setKey] = useState("");
  const [typed, setTyped] = useState("");
  const edits: Record<Editing, RunEditKind> = {
    rename: { edit: "rename", name: text },
    note: { edit: "note", note: text },
    tag: { edit: "tag", key, value: text },
    delete: { edit: "delete" },
    restore: { edit: "restore" },
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { runs: [run.id], edit: edits[editing], confirmed: confirm === null ? "yes" : typed },
      { onSuccess: onClose },
    );
  };
  const isComplete =
    (editing !== "tag" || key.trim() !== "") &&
    (editing !== "rename" || text.trim() !== "") &&
    (editing !== "delete" || confirm === null || typed === confirm);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title className="dialog-title">{TITLES[editing]}</Dialog.Title>
          {change.error && <Notice failure={failureView(change.error)} />}
          <form onSubmit={submit}>
            {editing === "tag" && (
              <label className="form-field">
                <span>Key</span>
                <input
                  className="field"
                  type="text"
                  value={key}
                  onChange={(event) => setKey(event.target.value)}
                />
              </label>
            )}
            {(editing === "tag" || editing === "rename") && (
              <label className="form-field">
                <span>{editing === "tag" ? "Value" : "Name"}</span>
                <input
                  className="field"
                  type="text"
                  value={text}
                  onChange={(event) => setText(event.target.value)}
                />
              </label>
            )}
            {editing === "note" && (
              <label className="form-field">
                <span>Markdown</span>
                <textarea value={text} onChange={(event) => setText(event.target.value)} />
              </label>
            )}
            {editing === "delete" && (
              <p>
                <strong>{run.name}</strong> is marked as deleted; it can be restored as long as nobody
                collects the garbage of the store.
              </p>
            )}
            {editing === "delete" && confirm !== null && (
              <label className="form-field">
                <span>Type {confirm}, the name of this production context</span>
                <input
                  className="field"
                  type="text"
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              </label>
            )}
            {editing === "restore" && <p>The deletion of {run.name} is taken back.</p>}
            <div className="dialog-buttons">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button
                type="submit"
                className={editing === "delete" ? "button danger" : "button primary"}
                disabled={!isComplete || change.isPending}
              >
                {VERBS[editing]}
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
