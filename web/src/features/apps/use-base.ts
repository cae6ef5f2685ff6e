import { useLayoutEffect, useState } from "react";
import type { App } from "./use-app.ts";

/**
 * The revision a form's edits are based on. A newer version refreshes a form without edits and never one with; such a
 * form keeps its base, so that saving it is refused as stale and both versions are shown.
 */
export function useBase(app: App, isDirty: boolean, refresh: (app: App) => void): string {
  const [base, setBase] = useState(app.revision);
  // In the same turn as the render that saw no edit: later, what was typed meanwhile would be lost.
  useLayoutEffect(() => {
    if (isDirty || base === app.revision) return;
    setBase(app.revision);
    refresh(app);
  }, [app, base, isDirty, refresh]);
  return base;
}
