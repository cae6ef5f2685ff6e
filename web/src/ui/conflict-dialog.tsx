import { ActionButton } from "./action-button.tsx";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import type { Difference } from "./differences.ts";

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Who changed it meanwhile, when that is known. */
  by: string | null;
  differences: readonly Difference[];
  busy: boolean;
  onTheirs: () => void;
  onMine: () => void;
}

/** Someone saved between this person's reading and saving: shows both versions and asks which is to hold. */
export function ConflictDialog({ open, onOpenChange, by, differences, busy, onTheirs, onMine }: Props) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      wide
      title="Changed meanwhile"
      description={`${by ?? "Someone"} saved another version while you were editing. Nothing of yours is saved yet.`}
    >
      {differences.length === 0 ? (
        <p className="text-sm">Both versions hold the same values here.</p>
      ) : (
        <table className="table text-sm">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Theirs</th>
              <th scope="col">Mine</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ field, theirs, mine }) => (
              <tr key={field}>
                <td data-label="Field">{field}</td>
                <td data-label="Theirs">
                  <code className="rounded-sm bg-danger-soft px-1 font-mono text-xs [overflow-wrap:anywhere]">
                    {theirs}
                  </code>
                </td>
                <td data-label="Mine">
                  <code className="rounded-sm bg-ok-soft px-1 font-mono text-xs [overflow-wrap:anywhere]">{mine}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => onOpenChange(false)}>Keep editing</Button>
        <Button onClick={onTheirs}>Take theirs</Button>
        <ActionButton look="primary" busy={busy} onClick={onMine}>
          Save mine
        </ActionButton>
      </div>
    </Dialog>
  );
}
