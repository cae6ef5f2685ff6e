import type { Millis } from "@skypanel/runtime/clock.ts";
import { failureOf } from "./failure.ts";
import { KubeError } from "./kube.ts";
import type { Timed } from "./timed.ts";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The JSON of a success. Throws `protocol` if it is none. */
export function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page with 200. For a write it says nothing about what happened behind the proxy. No cause: it would
    // quote the page.
    throw new KubeError("protocol", "the answer is not JSON", { status, outcomeKnown: false });
  }
}

/** The error of an answer that is no success. */
export function refusal(code: number, text: string, headers: Headers): KubeError {
  const asked = headers["retry-after"];
  return failureOf(code, jsonOr(text), Array.isArray(asked) ? asked[0] : asked);
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // hardly the API's
  }
}

/** The bytes of an answer without end. Only waiting for the API counts as its silence, not waiting for the reader. */
export async function* spoken(
  bytes: AsyncIterable<Uint8Array>,
  silence: Timed,
  ms: Millis,
): AsyncGenerator<Uint8Array> {
  try {
    silence.start(ms);
    for await (const chunk of bytes) {
      silence.stop();
      yield chunk;
      silence.start(ms);
    }
  } finally {
    silence.end();
  }
}
