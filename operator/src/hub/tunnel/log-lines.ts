import { limits } from "@skypanel/crds/limits.ts";

/** A log line as the kubelet keeps it. `at` has nine digits of a second in UTC, so that text order is time order. */
export interface LogLine {
  readonly at: string;
  readonly text: string;
}

const newline = 0x0a;
const stamp = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;
// RFC 3339 with nanoseconds, and the blank before the text.
const stampBytes = 40;

/** The lines of a log stream with timestamps. A line over 16 KiB is cut: what follows up to its end is not shown. */
export async function* logLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LogLine> {
  const most = limits.logs.lineBytes + stampBytes;
  let rest = Buffer.alloc(0);
  let skipping = false;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      const line = Buffer.concat([rest, chunk.subarray(from, end)]);
      if (!skipping) yield parsed(line, most);
      skipping = false;
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    if (skipping) continue;
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    if (rest.length <= most) continue;
    yield parsed(rest, most);
    rest = Buffer.alloc(0);
    skipping = true;
  }
  if (rest.length > 0) yield parsed(rest, most);
}

function parsed(bytes: Buffer, most: number): LogLine {
  const cut = bytes.length > most ? bytes.subarray(0, most) : bytes;
  const line = cut.toString("utf8"); // half a character becomes U+FFFD
  const blank = line.indexOf(" ");
  const at = blank === -1 ? undefined : instantOf(line.slice(0, blank));
  const text = at === undefined ? line : line.slice(blank + 1);
  return { at: at ?? "", text: visible(text) + (cut === bytes ? "" : "…") };
}

/** `text` in UTC with nine digits, or undefined if it is no timestamp. */
function instantOf(text: string): string | undefined {
  const [, base, fraction = "", zone] = stamp.exec(text) ?? [];
  if (base === undefined) return undefined;
  const seconds = zone === "Z" ? base : new Date(`${base}${zone}`).toISOString().slice(0, 19);
  return `${seconds}.${fraction.padEnd(9, "0")}Z`;
}

// All but tab that moves a cursor, changes direction or hides: a log line must look like what it is.
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

function visible(text: string): string {
  return text.replace(/\r$/, "").replace(unseen, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0x09) return character;
    if (code < 0x20) return String.fromCharCode(0x2400 + code); // the control pictures: ␛ for ESC
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
