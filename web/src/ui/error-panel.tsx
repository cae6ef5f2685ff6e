import { CircleAlert, RotateCw } from "lucide-react";
import { ActionButton } from "./action-button.tsx";
import { CopyButton } from "./copy-field.tsx";
import { troubleOf } from "./trouble.ts";

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** What failed, in the server's words, with the request's id to quote and a way to try again. */
export function ErrorPanel({ error, onRetry }: Props) {
  const { title, detail, remedy, requestId } = troubleOf(error);
  return (
    <div role="alert" className="flex flex-wrap gap-3 rounded-lg bg-danger-soft p-4 text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium text-danger">{title}</p>
        <p className="mt-0.5 [overflow-wrap:anywhere]">
          {detail} {remedy}
        </p>
        {requestId && (
          <p className="mt-1 flex items-center gap-1 text-xs">
            Request <code className="font-mono">{requestId}</code>
            <CopyButton text={requestId} label="Copy request id" />
          </p>
        )}
      </div>
      {onRetry && (
        <ActionButton onClick={onRetry} className="max-sm:ml-7">
          <RotateCw aria-hidden />
          Retry
        </ActionButton>
      )}
    </div>
  );
}
