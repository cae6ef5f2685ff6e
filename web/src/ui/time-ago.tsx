import { ageMillis, ago } from "./age.ts";
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

interface AgeProps {
  seconds: number;
  readAt: number;
  /** When it was heard of again since, by this page's clock; 0 if never. */
  seenAt: number;
}

/** The age of something the server said was `seconds` old when it was read at `readAt`: right even when clocks differ. */
export function Age({ seconds, readAt, seenAt }: AgeProps) {
  const text = useNow((now) => ago(ageMillis(now, seconds, readAt, seenAt)));
  return <span className="tabular">{text}</span>;
}
