const BLOCK = 512;
const NAME_BYTES = 100;

/** One entry of an archive; `path` has no leading slash, a folder's ends in one. */
export type TarEntry = {
  readonly path: string;
  readonly mode: number;
  readonly content?: Buffer;
  readonly linkTarget?: string;
};

/** Returns the bytes of one entry with its padding; equal entries give equal bytes: no time, no owner but root. */
export function tarEntry(entry: TarEntry): Buffer[] {
  const long = [entry.path, entry.linkTarget ?? ""].some((text) => Buffer.byteLength(text) > NAME_BYTES);
  return long ? [...paxHeader(entry), ...plainEntry(entry)] : plainEntry(entry);
}

/** Returns the two empty blocks that end an archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}

function plainEntry(entry: TarEntry, type = typeFlag(entry)): Buffer[] {
  const content = entry.content ?? Buffer.alloc(0);
  const header = Buffer.alloc(BLOCK);
  header.write(shortened(entry.path), 0, NAME_BYTES);
  octal(header, entry.mode, 100, 8);
  octal(header, 0, 108, 8);
  octal(header, 0, 116, 8);
  octal(header, content.length, 124, 12);
  octal(header, 0, 136, 12);
  header.write(" ".repeat(8), 148);
  header.write(type, 156);
  header.write(shortened(entry.linkTarget ?? ""), 157, NAME_BYTES);
  header.write("ustar\u000000", 257);
  octal(
    header,
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}

/** Names longer than the header's field are told in an entry of their own before it (POSIX.1-2001). */
function paxHeader(entry: TarEntry): Buffer[] {
  const records = [record("path", entry.path), ...(entry.linkTarget ? [record("linkpath", entry.linkTarget)] : [])];
  return plainEntry({ path: "pax", mode: 0o644, content: Buffer.from(records.join("")) }, "x");
}

/** A record begins with its own length in bytes, the digits of the length included. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (`${length}`.length + Buffer.byteLength(rest) !== length) length = `${length}`.length + Buffer.byteLength(rest);
  return `${length}${rest}`;
}

function shortened(text: string): string {
  return Buffer.from(text).subarray(0, NAME_BYTES).toString("latin1").slice(0, NAME_BYTES);
}

function typeFlag(entry: TarEntry): string {
  if (entry.linkTarget !== undefined) return "2";
  return entry.path.endsWith("/") ? "5" : "0";
}

function octal(header: Buffer, value: number, at: number, width: number): void {
  header.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at);
}
