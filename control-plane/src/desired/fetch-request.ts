import type { IncomingMessage } from "node:http";
import { createGunzip } from "node:zlib";
import { Invalid } from "../errors.ts";

// It names a few commits that are wanted and had.
const requestBytes = 1024 * 1024;

/** The whole body of a fetch, unpacked. Throws Invalid when it is larger, or grows larger when unpacked, than 1 MiB. */
export async function readFetchRequest(request: IncomingMessage): Promise<Buffer> {
  const isZipped = request.headers["content-encoding"] === "gzip";
  const source = isZipped ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of source) {
      length += chunk.length;
      if (length > requestBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof Invalid) throw cause;
    throw new Invalid({ ...unreadable, cause });
  }
  return Buffer.concat(chunks);
}

const unreadable = {
  reason: "Invalid",
  detail: "The request's body cannot be unpacked.",
  remedy: "Send it whole, as gzip or plain.",
} as const;

function tooLarge(): Invalid {
  return new Invalid({
    reason: "TooLarge",
    detail: "A fetch request may have 1 MiB.",
    remedy: "Fetch with --depth=1.",
  });
}
