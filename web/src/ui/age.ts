const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in the two largest fitting units' first: `42 s`, `3 min`, `5 h`, `12 d`. */
export function duration(millis: number): string {
  const span = Math.max(0, millis);
  if (span < minute) return `${Math.floor(span / second)} s`;
  if (span < hour) return `${Math.floor(span / minute)} min`;
  if (span < 2 * day) return `${Math.floor(span / hour)} h`;
  return `${Math.floor(span / day)} d`;
}

/** How long ago: `just now` below five seconds (clocks differ a little), else `42 s ago`. */
export function ago(millis: number): string {
  return millis < 5 * second ? "just now" : `${duration(millis)} ago`;
}

/** A countdown as minutes and seconds: `14:07`; `0:00` when over. */
export function countdown(millis: number): string {
  const left = Math.max(0, Math.ceil(millis / second));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** The age at `now` of what was `seconds` old when it was read at `readAt`, and was seen again at `seenAt` (0: never). */
export function ageMillis(now: number, seconds: number, readAt: number, seenAt: number): number {
  return Math.max(0, now - Math.max(readAt - seconds * second, seenAt));
}
