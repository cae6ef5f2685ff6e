import { setTimeout as sleep } from "node:timers/promises";
import type { Shape } from "./exchange.ts";

const sliceMs = 50;

/** Lets through so many bytes a second. */
export const throttled = (bytesPerSecond: number): Shape =>
  async function* (bytes) {
    const size = Math.max(1, Math.floor((bytesPerSecond * sliceMs) / 1000));
    for await (const chunk of bytes) {
      for (let start = 0; start < chunk.length; start += size) {
        yield chunk.subarray(start, start + size);
        await sleep(sliceMs);
      }
    }
  };

/** Lets through the first bytes, then ends well. */
export const truncated = (limit: number): Shape =>
  async function* (bytes) {
    let left = limit;
    for await (const chunk of bytes) {
      yield chunk.subarray(0, left);
      left -= chunk.length;
      if (left <= 0) return;
    }
  };

/** Lets through the first bytes, then nothing, for as long as the caller stays. */
export const frozen = (afterBytes: number): Shape =>
  async function* (bytes, exchange) {
    if (afterBytes > 0) yield* truncated(afterBytes)(bytes, exchange);
    await exchange.closed;
  };

/** Lets through half of the body (of its first part, if it comes in parts), then cuts. */
export const halved: Shape = async function* (bytes, exchange) {
  for await (const chunk of bytes) {
    yield chunk.subarray(0, Math.ceil(chunk.length / 2));
    return exchange.cut();
  }
};
