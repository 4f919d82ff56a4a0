import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";

import { failureView, type TargetRef, type VersionRef } from "../../platform";
import { asking } from "../../shared/asking";
import { Notice } from "../../shared/Notice";

interface TargetDialogProps {
  version: VersionRef;
  onTarget: (target: TargetRef) => void;
  onClose: () => void;
}

/** Asks what a version is to be promoted to. */
export function TargetDialog({ version, onTarget, onClose }: TargetDialogProps) {
  const answer = useQuery(asking("version", version));
  const [alias, setAlias] = useState("");
  const offered = useRef<HTMLUListElement>(null);
  const isThere = answer.data !== undefined;
  // What is offered is in hand once it is there.
  useEffect(() => {
    if (isThere) {
      offered.current?.querySelector("button")?.focus();
    }
  }, [isThere]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onTarget({ to: "alias", alias });
  };
  const offers = answer.data?.offers ?? [];
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title className="dialog-title">
            Promote {version.model} {version.version} to
          </Dialog.Title>
          {answer.error && <Notice failure={failureView(answer.error)} />}
          <ul className="offers" ref={offered}>
            {offers.map(
              (offer) =>
                offer.target && (
                  <li key={offer.label}>
                    <button
                      type="button"
                      className="offer"
                      onClick={() => offer.target && onTarget(offer.target)}
                    >
                      <strong>{offer.label}</strong>
                      <span className="quiet">{offer.detail}</span>
                    </button>
                  </li>
                ),
            )}
          </ul>
          <form className="open-form" onSubmit={submit}>
            <input
              className="field"
              type="text"
              aria-label="An alias of another name"
              placeholder="an alias of another name"
              spellCheck={false}
              value={alias}
              onChange={(event) => setAlias(event.target.value)}
            />
            <button type="submit" className="button" disabled={alias.trim() === ""}>
              Look
            </button>
          </form>
          <div className="dialog-buttons">
            <Dialog.Close className="button">Cancel</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
