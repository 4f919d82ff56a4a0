import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";

/** What was done, and what can be done about it. */
interface Said {
  text: string;
  offer?: { title: string; run: () => void };
}

const SaidContext = createContext<(said: Said) => void>(() => {});

/** How long a word stands, in milliseconds: long enough to be read and acted upon. */
const STANDS = 10_000;

/** Says at the foot of the window what was done. */
export function SaidProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState<Said | null>(null);
  useEffect(() => {
    const timer = said === null ? undefined : setTimeout(() => setSaid(null), STANDS);
    return () => clearTimeout(timer);
  }, [said]);
  const say = useCallback((next: Said) => setSaid(next), []);
  const offer = said?.offer;
  return (
    <SaidContext.Provider value={say}>
      {children}
      <output className={said === null ? "hidden" : "said"}>
        {said?.text}
        {offer && (
          <button
            type="button"
            className="link"
            onClick={() => {
              setSaid(null);
              offer.run();
            }}
          >
            {offer.title}
          </button>
        )}
      </output>
    </SaidContext.Provider>
  );
}

/** Says what was done. */
export function useSay(): (said: Said) => void {
  return useContext(SaidContext);
}
