import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";

import { useReadyActions } from "../shared/actions";
import { asking } from "../shared/asking";
import { keySign } from "../shared/keys";

interface Choice {
  id: string;
  title: string;
  scope: string;
  key: string;
  run: () => void;
}

/** Everything that can be done or gone to, found by a few letters. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [words, setWords] = useState("");
  const [place, setPlace] = useState(0);
  const choices = useChoices(words);
  const chosen = choices[Math.min(place, choices.length - 1)];
  useEffect(() => {
    document.getElementById(`choice-${chosen?.id}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen?.id]);
  const take = (choice: Choice | undefined) => {
    if (choice !== undefined) {
      onClose();
      // What it opens takes the focus once this is gone.
      requestAnimationFrame(() => choice.run());
    }
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="palette" aria-label="Do anything">
          <input
            className="palette-field"
            role="combobox"
            aria-expanded="true"
            aria-controls="choices"
            aria-activedescendant={chosen ? `choice-${chosen.id}` : undefined}
            aria-label="What to do, or where to go"
            placeholder="What to do, or where to go"
            spellCheck={false}
            value={words}
            onChange={(event) => {
              setWords(event.target.value);
              setPlace(0);
            }}
            onKeyDown={(event) => {
              const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
              if (step !== undefined) {
                event.preventDefault();
                setPlace((now) => Math.max(0, Math.min(choices.length - 1, now + step)));
              } else if (event.key === "Enter") {
                event.preventDefault();
                take(chosen);
              }
            }}
          />
          <div id="choices" className="choices" role="listbox" aria-label="Choices">
            {choices.map((choice) => (
              <div
                key={choice.id}
                id={`choice-${choice.id}`}
                role="option"
                aria-selected={choice === chosen}
                className="choice"
                onClick={() => take(choice)}
                onMouseMove={() => setPlace(choices.indexOf(choice))}
              >
                <span>{choice.title}</span>
                <span className="quiet">{choice.scope}</span>
                {choice.key !== "" && <kbd className="key">{keySign(choice.key)}</kbd>}
              </div>
            ))}
            {choices.length === 0 && <p className="quiet pad">Nothing is called so.</p>}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Most places that are listed: more letters find the others. */
const MOST = 60;

function useChoices(words: string): Choice[] {
  const ready = useReadyActions();
  const navigate = useNavigate();
  const experiments = useQuery(asking("experiments", { view: "active", filter: "", find: "" }));
  return useMemo(() => {
    const actions = ready
      .filter((action) => action.name !== "app.palette")
      .map((action) => ({
        id: action.name,
        title: action.title,
        scope: action.scope,
        key: action.keys[0] ?? "",
        run: action.run,
      }));
    const places = (experiments.data?.experiments ?? []).map((experiment) => ({
      id: `experiment-${experiment.id}`,
      title: experiment.name,
      scope: "Experiment",
      key: "",
      run: () => void navigate({ to: "/runs", search: { e: [experiment.id] } }),
    }));
    const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
    const has = (choice: Choice) => {
      const text = `${choice.title} ${choice.scope} ${choice.id}`.toLowerCase();
      return parts.every((part) => text.includes(part));
    };
    return [...actions, ...places].filter(has).slice(0, MOST);
  }, [ready, experiments.data, words, navigate]);
}
