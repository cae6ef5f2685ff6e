import { ago } from "./age.ts";
import { useNow } from "./now.ts";

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** How long ago an instant was, ticking; the exact time on hover and focus. */
export function TimeAgo({ at, className }: { at: string; className?: string }) {
  const instant = Date.parse(at);
  const text = useNow((now) => ago(now - instant));
  return (
    <time dateTime={at} title={absolute.format(instant)} className={className}>
      {text}
    </time>
  );
}

/** The age of something the server said was `seconds` old when it was read at `readAt`: right even when clocks differ. */
export function Age({ seconds, readAt }: { seconds: number; readAt: number }) {
  const text = useNow((now) => ago(seconds * 1_000 + Math.max(0, now - readAt)));
  return <span className="tabular">{text}</span>;
}
