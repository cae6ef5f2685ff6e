import { useState } from "react";
import type { Reply } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { TimeAgo } from "../../ui/time-ago.tsx";
import { ReplaceValue } from "./replace-value.tsx";
import type { VariableChanges } from "./variable-changes.ts";

type Stored = Reply<"GET /orgs/{org}/apps/{app}/variables">["items"][number];

interface Props {
  items: readonly Stored[];
  changes: VariableChanges;
  readOnly: boolean;
  onSet: (key: string, value: string) => void;
  onRemove: (key: string) => void;
  onUndo: (key: string) => void;
}

/** Stored variables and those about to be added, with what will become of each. */
export function VariablesTable(props: Props) {
  const stored = new Map(props.items.map((item) => [item.key, item]));
  const keys = [...new Set([...stored.keys(), ...props.changes.keys()])].sort();
  if (keys.length === 0) return <Empty>No variable is set.</Empty>;
  return (
    <table className="table text-sm">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
          <th scope="col">Set</th>
          <th scope="col">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <VariableRow key={key} name={key} stored={stored.get(key)} {...props} />
        ))}
      </tbody>
    </table>
  );
}

function VariableRow({
  name,
  stored,
  changes,
  readOnly,
  onSet,
  onRemove,
  onUndo,
}: Props & { name: string; stored: Stored | undefined }) {
  const [replacing, setReplacing] = useState(false);
  const change = changes.get(name);
  return (
    <tr>
      <td>
        <code className="font-mono text-xs [overflow-wrap:anywhere]">{name}</code>
      </td>
      <td data-label="Value">
        {replacing ? (
          <ReplaceValue
            name={name}
            onDone={(value) => {
              setReplacing(false);
              if (value !== undefined) onSet(name, value);
            }}
          />
        ) : (
          <span className="text-muted">{change ? planned(change.k, stored !== undefined) : "••••••••"}</span>
        )}
      </td>
      <td data-label="Set" className="text-muted">
        {stored ? (
          <span>
            <TimeAgo at={stored.setAt} /> by {stored.setBy}
          </span>
        ) : (
          "new"
        )}
      </td>
      <td>
        {!readOnly && !replacing && (
          <span className="flex flex-wrap justify-end gap-1">
            {change ? (
              <Button look="quiet" aria-label={`Undo ${name}`} onClick={() => onUndo(name)}>
                Undo
              </Button>
            ) : (
              <>
                <Button look="quiet" aria-label={`Replace ${name}`} onClick={() => setReplacing(true)}>
                  Replace
                </Button>
                <Button look="quiet" aria-label={`Remove ${name}`} onClick={() => onRemove(name)}>
                  Remove
                </Button>
              </>
            )}
          </span>
        )}
      </td>
    </tr>
  );
}

function planned(k: "set" | "remove", isStored: boolean): string {
  if (k === "remove") return "will be removed";
  return isStored ? "will be replaced" : "will be added";
}
