import { Button } from "../../ui/button.tsx";
import { Strip } from "../../ui/strip.tsx";
import { TimeAgo } from "../../ui/time-ago.tsx";
import type { App } from "./use-app.ts";

interface Props {
  app: App;
  /** The revision the form began with. */
  base: string;
  dirty: boolean;
  onTheirs: () => void;
}

/** Over a form with edits when someone else saved meanwhile: nothing that was typed is overwritten. */
export function NewerStrip({ app, base, dirty, onTheirs }: Props) {
  if (!dirty || app.revision === base) return null;
  return (
    <Strip tone="warn" action={<Button onClick={onTheirs}>Take theirs</Button>}>
      Changed by {app.updatedBy ?? "someone"} <TimeAgo at={app.updatedAt} />. Your edits are kept; saving shows both
      versions.
    </Strip>
  );
}
