/** Milliseconds: an instant since 1970 in UTC, or a duration. */
export type Millis = number;

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** The instant `text` names, or undefined if it is not RFC 3339 (Kubernetes' Time and MicroTime both are). */
export function fromRfc3339(text: string): Millis | undefined {
  if (!rfc3339.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** `instant` as Kubernetes writes a Time: UTC, whole seconds, rounded down. */
export function toRfc3339(instant: Millis): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** `instant` as Kubernetes writes a MicroTime, which leases and events need. */
export function toMicroTime(instant: Millis): string {
  return `${new Date(instant).toISOString().slice(0, -1)}000Z`;
}
