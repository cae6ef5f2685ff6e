import { ConflictDialog } from "../../ui/conflict-dialog.tsx";
import { differences } from "../../ui/differences.ts";
import type { App } from "./use-app.ts";
import type { useSave } from "./use-save.ts";

interface Props<Body> {
  saving: ReturnType<typeof useSave<Body>>;
  /** The part of their version that answers to what this form edits. */
  theirsOf: (app: App) => Body;
  onTheirs: (app: App) => void;
}

/** The choice between two versions when someone else saved first. */
export function SaveConflict<Body>({ saving, theirsOf, onTheirs }: Props<Body>) {
  const { conflict } = saving;
  if (!conflict) return null;
  const { mine, theirs } = conflict;
  return (
    <ConflictDialog
      open
      onOpenChange={saving.keepEditing}
      by={theirs.updatedBy}
      differences={differences(theirsOf(theirs), mine)}
      busy={saving.busy}
      onTheirs={() => {
        saving.keepEditing();
        onTheirs(theirs);
      }}
      onMine={() => saving.save(mine, theirs.revision)}
    />
  );
}
