import type { FailureView } from "../platform";

interface NoticeProps {
  failure: FailureView;
  onRetry?: () => void;
}

/** What failed, the way out, and a way to try again. */
export function Notice({ failure, onRetry }: NoticeProps) {
  return (
    <div className="notice" role="alert">
      <p>{failure.sentence}</p>
      {failure.hint !== null && <p className="quiet">{failure.hint}</p>}
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
