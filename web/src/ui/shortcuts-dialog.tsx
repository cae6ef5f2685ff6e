import { Dialog } from "./dialog.tsx";
import { useShortcuts, useShortcutsSwitch } from "./shortcuts.ts";

/** The keys that work on this page, and the switch to turn them off. */
export function ShortcutsDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const shortcuts = useShortcuts();
  const [on, setOn] = useShortcutsSwitch();
  const byKeys = new Map(shortcuts.toReversed().map(({ keys, does }) => [keys.join(" "), does]));
  byKeys.set("Esc", "Close what is open");
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keyboard shortcuts"
      description="They rest while you type in a field."
    >
      <dl className="grid gap-2 text-sm">
        {[...byKeys].map(([keys, does]) => (
          <div key={keys} className="flex items-center justify-between gap-4">
            <dt>{does}</dt>
            <dd className="flex gap-1">
              {keys.split(" ").map((key) => (
                <kbd
                  key={key}
                  className="min-w-6 rounded-sm border border-line bg-sunken px-1.5 text-center font-mono text-xs leading-5"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="flex min-h-8 items-center gap-2 border-t border-line pt-3 text-sm">
        <input type="checkbox" checked={on} onChange={(event) => setOn(event.target.checked)} className="size-4" />
        Single-key shortcuts are on
      </label>
    </Dialog>
  );
}
