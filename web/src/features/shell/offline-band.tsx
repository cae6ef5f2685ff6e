import { WifiOff } from "lucide-react";
import { useOnline } from "../../ui/online.ts";

/** Over the whole page while the device has no network. */
export function OfflineBand() {
  const online = useOnline();
  return (
    <div role="status">
      {!online && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-sm text-warn">
          <WifiOff aria-hidden className="size-4 shrink-0" />
          You are offline. What you see may be out of date, and nothing can be changed until you are back.
        </p>
      )}
    </div>
  );
}
