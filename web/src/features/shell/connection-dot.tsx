import type { Connection } from "../../api/connection.ts";
import { useConnection } from "../../api/runtime.ts";
import { duration } from "../../ui/age.ts";
import { classNames } from "../../ui/class-names.ts";
import { useNow } from "../../ui/now.ts";

const colours: Record<Connection["k"], string> = {
  connecting: "bg-line-strong",
  live: "bg-ok",
  reconnecting: "bg-warn",
  polling: "bg-line-strong",
  "signed-out": "bg-line-strong",
};

/** Says whether the page follows what happens: live, reconnecting, or asking every 15 s. */
export function ConnectionDot() {
  const connection = useConnection();
  const words = useNow((now) => wordsFor(connection, now));
  return (
    <span className="flex items-center gap-1.5 text-xs text-muted" title={words}>
      <span aria-hidden className={classNames("size-2 rounded-full", colours[connection.k])} />
      <span className="max-sm:sr-only">{words}</span>
    </span>
  );
}

function wordsFor(connection: Connection, now: number): string {
  switch (connection.k) {
    case "connecting":
      return "Connecting";
    case "live":
      return "Live";
    case "reconnecting":
      return connection.until <= now ? "Reconnecting" : `Reconnecting in ${duration(connection.until - now + 999)}`;
    case "polling":
      return "Polling every 15 s";
    case "signed-out":
      return "Signed out";
  }
}
