import type { BadgeView } from "../platform";

/** A state: a symbol for the eye, a word for everybody. */
export function Badge({ badge }: { badge: BadgeView }) {
  return (
    <span className={`badge tone-${badge.tone}`}>
      <span aria-hidden="true">{badge.symbol}</span> {badge.word}
    </span>
  );
}
