import { Bot, Server, User } from "lucide-react";
import type { Reply } from "../../api/client.ts";
import { CopyButton } from "../../ui/copy-field.tsx";
import { TimeAgo } from "../../ui/time-ago.tsx";
import { actionWords } from "./action-words.ts";
import { changedFields } from "./changed-fields.ts";

type Entry = Reply<"GET /orgs/{org}/activity">["items"][number];

const icons = { user: User, cluster: Server, system: Bot };

/** One thing that was done: who, what, to what, from which value to which, and how to find it again. */
export function ActivityEntry({ entry }: { entry: Entry }) {
  const Icon = icons[entry.actor.kind];
  const changes = changedFields(entry.before, entry.after);
  return (
    <li className="flex gap-3 px-4 py-3 text-sm">
      <span className="mt-0.5 grid size-6 shrink-0 place-items-center rounded-full bg-hover">
        <Icon aria-hidden className="size-3.5 text-muted" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="[overflow-wrap:anywhere]">
          <span className="font-medium">{entry.actor.name}</span>{" "}
          <span className="text-muted">{actionWords(entry.action)}</span>{" "}
          <span className="text-muted">{entry.object.kind}</span>{" "}
          <span className="font-medium">{entry.object.name}</span>
        </p>
        <Changes changes={changes} />
        <p className="mt-1 flex flex-wrap items-center gap-x-3 text-xs text-muted">
          <TimeAgo at={entry.at} />
          {entry.revision && <code className="font-mono">{entry.revision.slice(0, 8)}</code>}
          {entry.address && <span>from {entry.address}</span>}
          {entry.requestId && (
            <span className="inline-flex items-center">
              request
              <CopyButton text={entry.requestId} label="Copy request id" />
            </span>
          )}
        </p>
      </div>
    </li>
  );
}

const shownChanges = 8;

function Changes({ changes }: { changes: ReturnType<typeof changedFields> }) {
  if (changes.length === 0) return null;
  const more = changes.length - shownChanges;
  return (
    <ul className="mt-1 grid gap-0.5 text-xs text-muted">
      {changes.slice(0, shownChanges).map(({ field, before, after }) => (
        <li key={field} className="[overflow-wrap:anywhere]">
          {field} {before !== undefined && <del className="no-underline">{before}</del>}
          {before !== undefined && " → "}
          {after === undefined ? "removed" : <ins className="text-ink no-underline">{after}</ins>}
        </li>
      ))}
      {more > 0 && <li>and {more} more</li>}
    </ul>
  );
}
