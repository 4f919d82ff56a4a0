import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import {
  type AppliedView,
  type ChangePreview,
  type ChangeRequest,
  failureView,
  type PairRowView,
  type PromotionPreview,
} from "../../platform";
import { asking, useChange } from "../../shared/asking";
import { Notice } from "../../shared/Notice";

/** A change that is looked at, and the verb that makes it. */
export interface Changing {
  request: ChangeRequest;
  verb: "Promote" | "Take back" | "Remove" | "Delete";
}

interface ChangeDialogProps {
  changing: Changing;
  onDone: (applied: AppliedView, changing: Changing) => void;
  onClose: () => void;
}

/** Shows what a change does before it is made, and makes it as it was shown. */
export function ChangeDialog({ changing, onDone, onClose }: ChangeDialogProps) {
  const looked = useQuery({ ...asking("look_at_change", changing.request), gcTime: 0, staleTime: 0 });
  const apply = useChange("apply_change");
  const lookAgain = () => {
    apply.reset();
    void looked.refetch();
  };
  const failed = looked.error ?? apply.error;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={looked.data?.promotion ? "dialog wide" : "dialog"}>
          <Dialog.Title className="dialog-title">{looked.data?.title ?? "Looking at it…"}</Dialog.Title>
          {failed && <Notice failure={failureView(failed)} onRetry={lookAgain} />}
          {looked.data && (
            <Look
              key={looked.data.ticket}
              preview={looked.data}
              verb={changing.verb}
              isBusy={apply.isPending || looked.isFetching}
              hasFailed={apply.error !== null}
              onYes={(confirmed) =>
                apply.mutate(
                  { ticket: looked.data.ticket, confirmed },
                  {
                    onSuccess: (applied) => {
                      onClose();
                      onDone(applied, changing);
                    },
                  },
                )
              }
            />
          )}
          {!looked.data && (
            <div className="dialog-buttons">
              <Dialog.Close className="button">Cancel</Dialog.Close>
            </div>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface LookProps {
  preview: ChangePreview;
  verb: Changing["verb"];
  isBusy: boolean;
  hasFailed: boolean;
  onYes: (confirmed: string) => void;
}

function Look({ preview, verb, isBusy, hasFailed, onYes }: LookProps) {
  const [typed, setTyped] = useState("");
  const { refused, promotion, confirm } = preview;
  const canAct = refused === null && !preview.is_empty;
  const isConfirmed = confirm === null || typed.trim() === confirm;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onYes(confirm === null ? "yes" : typed);
  };
  return (
    <form onSubmit={submit}>
      {preview.lines.map(([text, tone]) => (
        <p key={text} className={`change-line tone-${tone}`}>
          {text}
        </p>
      ))}
      {promotion && <Promotion promotion={promotion} />}
      {preview.is_empty && <p className="quiet">There is nothing to change: it holds that already.</p>}
      {refused && <Notice failure={refused} />}
      {canAct && confirm !== null && (
        <label className="form-field confirm-field">
          <span>{preview.prompt}</span>
          <input
            className="field"
            type="text"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
      )}
      <div className="dialog-buttons">
        <Dialog.Close className="button">{canAct ? "Cancel" : "Close"}</Dialog.Close>
        {canAct && (
          <button
            type="submit"
            className={verb === "Delete" ? "button danger" : "button primary"}
            disabled={!isConfirmed || isBusy || hasFailed}
          >
            {verb}
          </button>
        )}
      </div>
    </form>
  );
}

/** Who holds the target now against who shall: what is done, what the gates say, what that changes. */
function Promotion({ promotion }: { promotion: PromotionPreview }) {
  const { gates, steps, warnings, signature } = promotion;
  return (
    <div className="promotion">
      {steps.length > 0 && (
        <section>
          <h3>What will change</h3>
          <ol className="steps">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="tone-warning">
          Note: {warning}.
        </p>
      ))}
      {gates.length > 0 && (
        <section>
          <h3>Gates</h3>
          <ul className="gates">
            {gates.map(([text, tone]) => (
              <li key={text} className={`tone-${tone}`}>
                <span aria-hidden="true">{tone === "good" ? "✓" : "✗"}</span> {text}
              </li>
            ))}
          </ul>
        </section>
      )}
      {signature[0] !== "" && (
        <section>
          <h3>Signature</h3>
          <p className={`tone-${signature[1]}`}>{signature[0]}</p>
        </section>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <section className="pairs-scroll" tabIndex={0} aria-label="Compared">
        <table className="list pair-rows">
          <thead>
            <tr>
              <th scope="col">Compared</th>
              <th scope="col">{promotion.holder_title}</th>
              <th scope="col">{promotion.candidate_title}</th>
              <th scope="col">Change</th>
            </tr>
          </thead>
          <PairRows title="Metrics" rows={promotion.metrics} />
          <PairRows title="Where they come from" rows={promotion.origin} />
          <PairRows title="Params that differ" rows={promotion.params} />
        </table>
        {promotion.same_params > 0 && (
          <p className="quiet pad">
            {promotion.same_params === 1
              ? "1 param is the same."
              : `${promotion.same_params} params are the same.`}
          </p>
        )}
      </section>
    </div>
  );
}

function PairRows({ title, rows }: { title: string; rows: PairRowView[] }) {
  if (rows.length === 0) {
    return null;
  }
  return (
    <tbody>
      <tr className="pair-title">
        <th colSpan={4} scope="rowgroup">
          {title}
        </th>
      </tr>
      {rows.map((row) => (
        <tr key={row.name}>
          <th scope="row">{row.name}</th>
          <td>{row.holder}</td>
          <td>{row.candidate}</td>
          <td className={`tone-${row.tone}`}>{row.change}</td>
        </tr>
      ))}
    </tbody>
  );
}
