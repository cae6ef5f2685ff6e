import type { LogFrame } from "@skypanel/control-plane/contract/agent.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogBuffer } from "./log-buffer.ts";

const line = (n: number, instance = "web-1", size = 10): LogFrame => ({
  t: "line",
  instance,
  at: "2030-01-01T00:00:00.000000000Z",
  text: `${n}:${"x".repeat(size)}`,
});
const frames = (text: string): LogFrame[] =>
  text
    .split("\n")
    .filter((part) => part !== "")
    .map((part) => JSON.parse(part));

describe("a log buffer", () => {
  it("gives back what was put in, in order", () => {
    const buffer = new LogBuffer();
    const all = [line(1), line(2), line(3)];
    all.forEach((frame) => void buffer.push(frame));
    expect(frames(buffer.take(1_000_000))).toEqual(all);
    expect(buffer.take(1_000_000)).toBe("");
  });

  it("T-L08 counts exactly what it drops, the oldest first", () => {
    const push = fc.record({ k: fc.constant("push" as const), who: fc.constantFrom("a", "b"), size: fc.nat(16_000) });
    const take = fc.record({ k: fc.constant("take" as const), bytes: fc.integer({ min: 1, max: 50_000 }) });
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 6, arbitrary: push }, { weight: 1, arbitrary: take })), (steps) => {
        const buffer = new LogBuffer();
        const seen: LogFrame[] = [];
        let pushed = 0;
        for (const step of steps) {
          if (step.k === "take") seen.push(...frames(buffer.take(step.bytes)));
          else buffer.push(line(pushed++, step.who, step.size));
        }
        for (let text = buffer.take(10_000); text !== ""; text = buffer.take(10_000)) seen.push(...frames(text));
        const dropped = seen.reduce((sum, frame) => sum + (frame.t === "dropped" ? frame.lines : 0), 0);
        const numbers = seen.flatMap((frame) => (frame.t === "line" ? [Number.parseInt(frame.text, 10)] : []));
        expect(numbers.length + dropped).toBe(pushed);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it("never holds more than 256 KiB", () => {
    const buffer = new LogBuffer();
    for (let n = 0; n < 1_000; n += 1) buffer.push(line(n, "web-1", 1_000));
    expect(Buffer.byteLength(buffer.take(Number.MAX_SAFE_INTEGER))).toBeLessThanOrEqual(256 * 1_024 + 100);
  });

  it("T-L08 never holds more than 256 KiB, though nothing of it is a line", () => {
    const buffer = new LogBuffer();
    for (let n = 0; n < 20_000; n += 1)
      buffer.push({ t: "source", instance: `web-${n}`, state: "ended", reason: null });
    const kept = frames(buffer.take(Number.MAX_SAFE_INTEGER));
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(256 * 1_024);
    expect(kept.at(-1)).toMatchObject({ instance: "web-19999" });
  });

  it("drops a line before what is no line", () => {
    const buffer = new LogBuffer();
    const opened: LogFrame = { t: "source", instance: "web-1", state: "opened", reason: null };
    buffer.push(opened);
    for (let n = 0; n < 1_000; n += 1) buffer.push(line(n, "web-1", 1_000));
    expect(frames(buffer.take(Number.MAX_SAFE_INTEGER))).toContainEqual(opened);
  });
});
