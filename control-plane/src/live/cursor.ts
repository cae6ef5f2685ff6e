/** How far a reader has come in each instance's log: the instant of the last line, and how many lines had that instant. */
export type Positions = ReadonlyMap<string, { at: string; lines: number }>;

const mostInstances = 20;
const at = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\.(\d{9})Z$/;
const part = /^([0-9a-z]{6})([0-9a-z]{1,14})(?:-([0-9a-z]{1,6}))?$/;

/**
 * The positions as a short text for a reader to bring back. It names the 20 newest instances, each by a hash: one that
 * has been silent longer has nothing new, or is gone.
 */
export function cursorOf(positions: Positions): string {
  return [...positions]
    .sort(([, a], [, b]) => (a.at < b.at ? 1 : -1))
    .slice(0, mostInstances)
    .map(([instance, position]) => `${tagOf(instance)}${encoded(position.at)}${count(position.lines)}`)
    .join(".");
}

/** Positions as a cursor keeps them: by the hash of the instance's name. */
export interface Resumed {
  /** The earliest instant to read from. */
  since: string;
  /** True for a line the reader has had; asked once for each line, in order. */
  isOld(instance: string, instant: string): boolean;
}

/** What a cursor says, or undefined if it is none of ours. */
export function resumed(cursor: string): Resumed | undefined {
  const positions = new Map<string, { at: string; left: number }>();
  for (const text of cursor.split(".")) {
    const [, tag, instant, lines = "1"] = part.exec(text) ?? [];
    if (tag === undefined || instant === undefined) return undefined;
    positions.set(tag, { at: decoded(instant), left: Number.parseInt(lines, 36) });
  }
  const since = [...positions.values()].map((position) => position.at).sort()[0];
  if (since === undefined) return undefined;
  return {
    since,
    isOld: (instance, instant) => {
      const position = positions.get(tagOf(instance));
      if (position === undefined || instant > position.at) return false;
      if (instant < position.at) return true;
      position.left -= 1;
      return position.left >= 0;
    },
  };
}

/** FNV-1a, 31 bits: it only has to tell an app's few instances apart. */
function tagOf(instance: string): string {
  let hash = 0x811c9dc5;
  for (const character of instance) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return ((hash >>> 1) % 36 ** 6).toString(36).padStart(6, "0");
}

/** Nanoseconds since 1970 in base 36. */
function encoded(instant: string): string {
  const [, seconds = "1970-01-01T00:00:00", nanos = "0"] = at.exec(instant) ?? [];
  return (BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(nanos)).toString(36);
}

function decoded(text: string): string {
  let nanos = 0n;
  for (const digit of text) nanos = nanos * 36n + BigInt(Number.parseInt(digit, 36));
  const seconds = new Date(Number(nanos / 1_000_000_000n) * 1000);
  if (Number.isNaN(seconds.getTime())) return "";
  return `${seconds.toISOString().slice(0, 19)}.${String(nanos % 1_000_000_000n).padStart(9, "0")}Z`;
}

function count(lines: number): string {
  return lines === 1 ? "" : `-${lines.toString(36)}`;
}
