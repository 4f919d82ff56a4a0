import { Dialog } from "@base-ui/react/dialog";

import { useReadyActions } from "../shared/actions";
import { keySign } from "../shared/keys";

/** The keys of what can be done now, made from the action list. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const ready = useReadyActions();
  const scopes = [...new Set(ready.map((action) => action.scope))];
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog wide">
          <Dialog.Title className="dialog-title">Keys</Dialog.Title>
          <div className="help">
            {scopes.map((scope) => (
              <section key={scope}>
                <h3>{scope}</h3>
                <dl>
                  {ready
                    .filter((action) => action.scope === scope && action.keys.length > 0)
                    .map((action) => (
                      <div key={action.name}>
                        <dt>
                          {action.keys.map((key) => (
                            <kbd key={key} className="key">
                              {keySign(key)}
                            </kbd>
                          ))}
                        </dt>
                        <dd>{action.title}</dd>
                      </div>
                    ))}
                </dl>
              </section>
            ))}
          </div>
          <Dialog.Close className="button">Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
