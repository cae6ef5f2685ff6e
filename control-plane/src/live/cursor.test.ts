import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cursorOf, resumed } from "./cursor.ts";

const at = (nanos: number) => `2030-01-01T00:00:00.${String(nanos).padStart(9, "0")}Z`;
const positions = (...all: [string, string, number?][]) =>
  new Map(all.map(([instance, instant, lines = 1]) => [instance, { at: instant, lines }]));

describe("a log cursor", () => {
  it("begins at the earliest instance it names", () => {
    const cursor = cursorOf(positions(["web-1", at(500)], ["web-2", at(7)]));
    expect(resumed(cursor)?.since).toBe(at(7));
  });

  it("knows what each instance has shown", () => {
    const found = resumed(cursorOf(positions(["web-1", at(500)], ["web-2", at(7)])));
    expect(["web-1", "web-2", "web-3"].map((instance) => found?.isOld(instance, at(7)))).toEqual([true, true, false]);
    expect(["web-1", "web-2"].map((instance) => found?.isOld(instance, at(501)))).toEqual([false, false]);
  });

  it("counts lines of one instant", () => {
    const found = resumed(cursorOf(positions(["web-1", at(5), 2])));
    expect([1, 2, 3].map(() => found?.isOld("web-1", at(5)))).toEqual([true, true, false]);
  });

  it("fits its 512 characters with any number of instances", () => {
    const many = Array.from({ length: 100 }, (_, n): [string, string, number] => [`web-${n}`, at(n), 999_999]);
    const cursor = cursorOf(positions(...many));
    expect(cursor.length).toBeLessThanOrEqual(512);
    expect(resumed(cursor)?.since).toBe(at(80));
  });

  it("loses and repeats nothing wherever a stream breaks", () => {
    const lines = fc.array(fc.record({ who: fc.constantFrom("a", "b", "c"), gap: fc.nat(3) }), { maxLength: 40 });
    fc.assert(
      fc.property(lines, fc.nat(40), (steps, cut) => {
        let nanos = 0;
        const all = steps.map(({ who, gap }, n) => {
          nanos += gap;
          return { who, at: at(nanos), text: n };
        });
        const shown = new Map<string, { at: string; lines: number }>();
        for (const line of all.slice(0, cut)) {
          const before = shown.get(line.who);
          shown.set(line.who, { at: line.at, lines: before?.at === line.at ? before.lines + 1 : 1 });
        }
        if (shown.size === 0) return;
        const found = resumed(cursorOf(shown));
        const again = all.filter(({ at: instant }) => instant >= (found?.since ?? ""));
        const fresh = again.filter(({ who, at: instant }) => !found?.isOld(who, instant));
        expect(fresh).toEqual(all.slice(cut));
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });

  it.each([
    "",
    ".",
    "x",
    "AAAAAA1",
    "abcdef",
    "abcdefghijklmnopqrstuvwxyz",
    "abcdef1.",
    "abcdef1-",
    `${"z".repeat(21)}!`,
  ])("refuses %j", (text) => {
    expect(resumed(text)).toBeUndefined();
  });
});
