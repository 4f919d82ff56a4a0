import { Children, Fragment, type ReactNode } from "react";

/** Where one is: the ways back, and the name of the page last. */
export function Crumbs({ children }: { children: ReactNode }) {
  const parts = Children.toArray(children);
  return (
    <div className="crumbs">
      {parts.map((part, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a path stay in their order.
        <Fragment key={place}>
          {place > 0 && (
            <span className="quiet" aria-hidden="true">
              ›
            </span>
          )}
          {part}
        </Fragment>
      ))}
    </div>
  );
}
