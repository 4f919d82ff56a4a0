import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { failureView } from "../../platform";
import { asking, useChange } from "../../shared/asking";
import { Notice } from "../../shared/Notice";

/** The form for a new context; the secret itself never goes through it, only where it is found. */
export function AddContext({ onClose }: { onClose: () => void }) {
  const form = useQuery(asking("context_form", undefined));
  const add = useChange("add_context");
  const [typed, setTyped] = useState<Record<number, string>>({});
  const fields = form.data ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const values = fields.map((field, place) => typed[place] ?? field.value);
    add.mutate(values, { onSuccess: onClose });
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title className="dialog-title">Add a context</Dialog.Title>
          {add.error && <Notice failure={failureView(add.error)} />}
          <form onSubmit={submit}>
            {fields.map((field, place) => {
              const value = typed[place] ?? field.value;
              const type = (text: string) => setTyped({ ...typed, [place]: text });
              return (
                <div key={field.label} className="form-field">
                  <label htmlFor={`field-${place}`}>{field.label}</label>
                  {field.options.length > 0 ? (
                    <select
                      id={`field-${place}`}
                      className="select"
                      value={value}
                      onChange={(event) => type(event.target.value)}
                    >
                      {field.options.map((option) => (
                        <option key={option}>{option}</option>
                      ))}
                    </select>
                  ) : (
                    <input
                      id={`field-${place}`}
                      className="field"
                      type="text"
                      spellCheck={false}
                      value={value}
                      onChange={(event) => type(event.target.value)}
                    />
                  )}
                </div>
              );
            })}
            <div className="dialog-buttons">
              <Dialog.Close className="button">Cancel</Dialog.Close>
              <button type="submit" className="button primary" disabled={add.isPending}>
                Add
              </button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
