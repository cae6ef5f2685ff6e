import { KubeError } from "./kube.ts";

const newline = 0x0a;

/**
 * The lines of a byte stream. A line above `maxBytes` is given as undefined, so one giant object cannot fill the
 * memory; a last line without its end is left out, for it was cut.
 */
export async function* lines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      parts.push(chunk.subarray(start, end));
      size += end - start;
      start = end + 1;
      if (size > 0) yield size > maxBytes ? undefined : decoder.decode(Buffer.concat(parts));
      parts = [];
      size = 0;
    }
    size += chunk.length - start;
    if (size <= maxBytes) parts.push(chunk.subarray(start));
    else parts = []; // too long already: only its length is still of interest
  }
}

/** A whole body as text. Throws a `protocol` error above `maxBytes`. */
export async function readText(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new KubeError("protocol", `the answer is longer than ${maxBytes} bytes`, { outcomeKnown: false });
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}
