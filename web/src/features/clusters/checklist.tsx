import { CircleCheck, CircleDashed, CircleX } from "lucide-react";
import { CopyField } from "../../ui/copy-field.tsx";
import { type Cluster, checkWords } from "./cluster-words.ts";

type Check = Cluster["checklist"][number];
type CheckId = Check["id"];

const marks = {
  waiting: { icon: CircleDashed, className: "text-muted", word: "waiting" },
  ok: { icon: CircleCheck, className: "text-ok", word: "ok" },
  failed: { icon: CircleX, className: "text-danger", word: "failed" },
};

/** What a cluster needs, each waiting, ok, or failed with the reason and the command to look closer. */
export function Checklist({ checks }: { checks: readonly Check[] }) {
  const seen = new Map(checks.map((check) => [check.id, check]));
  // Object.keys of a literal of these very keys.
  const ids = Object.keys(checkWords) as CheckId[];
  return (
    <ul className="grid gap-2.5 text-sm">
      {ids.map((id) => (
        <CheckLine key={id} id={id} check={seen.get(id)} />
      ))}
    </ul>
  );
}

function CheckLine({ id, check }: { id: CheckId; check: Check | undefined }) {
  const { icon: Icon, className, word } = marks[check?.state ?? "waiting"];
  return (
    <li className="flex gap-2.5">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${className}`} />
      <div className="grid min-w-0 flex-1 gap-1">
        <p>
          {checkWords[id]} <span className="sr-only">: {word}</span>
          {check?.detail && <span className="text-muted [overflow-wrap:anywhere]"> · {check.detail}</span>}
        </p>
        {check?.state === "failed" && check.command && (
          <CopyField text={check.command} label={`Copy command for ${checkWords[id]}`} />
        )}
      </div>
    </li>
  );
}
