import { type FormEvent, useEffect, useRef, useState } from "react";

import { caretLine, type FailureView } from "../platform";

interface LineInputProps {
  label: string;
  placeholder: string;
  value: string;
  /** Told at each change, where the list follows what is typed. */
  onType?: (text: string) => void;
  /** Told at Enter. */
  onEnter?: (text: string) => void;
  onClose: () => void;
  /** What is wrong with what was entered. */
  failure?: FailureView | null;
}

/** A line to type in above a list; a caret under it points at what is wrong. */
export function LineInput({ label, placeholder, value, onType, onEnter, onClose, failure }: LineInputProps) {
  const [text, setText] = useState(value);
  const [tried, setTried] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const enter = (event: FormEvent) => {
    event.preventDefault();
    setTried(text);
    onEnter?.(text);
    if (onEnter === undefined) {
      field.current?.blur();
    }
  };
  const shown = failure && tried === text ? failure : null;
  const caret = shown ? caretLine(text, shown) : null;
  return (
    <form className="line-input" onSubmit={enter}>
      <label>
        <span className="line-label">{label}</span>
        <input
          ref={field}
          type="text"
          spellCheck={false}
          autoComplete="off"
          placeholder={placeholder}
          value={text}
          aria-invalid={shown !== null}
          aria-errormessage={shown ? "line-failure" : undefined}
          onChange={(event) => {
            setText(event.target.value);
            onType?.(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              event.preventDefault();
              event.stopPropagation();
              onClose();
            }
          }}
        />
      </label>
      {shown && (
        <div id="line-failure" className="line-failure" role="alert">
          {caret !== null && <pre aria-hidden="true">{caret}</pre>}
          <p>
            {shown.sentence} {shown.hint !== null && <span className="quiet">{shown.hint}</span>}
          </p>
        </div>
      )}
    </form>
  );
}
