import { afterEach, describe, expect, it, vi } from "vitest";
import { caseAsked, replayLine, seeded, seedsOf } from "./seeds.ts";

afterEach(() => vi.unstubAllEnvs());

describe("a seeded generator", () => {
  it("gives the same sequence for the same seed, and another for the next", () => {
    const first = (seed: number) => Array.from({ length: 20 }, seeded(seed).next);
    expect(first(7)).toEqual(first(7));
    expect(first(7)).not.toEqual(first(8));
  });

  it("spreads evenly", () => {
    const { below } = seeded(3);
    const counts = new Array<number>(10).fill(0);
    for (let n = 0; n < 100_000; n += 1) {
      const at = below(10);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it("shuffles without losing anything", () => {
    const list = Array.from({ length: 50 }, (_, n) => n);
    const shuffled = seeded(1).shuffled(list);
    expect(shuffled).not.toEqual(list);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(list);
  });

  it("refuses to pick from nothing", () => {
    expect(() => seeded(1).pick([])).toThrow(RangeError);
  });
});

describe("the seeds of a test", () => {
  it("count from one, unless one is asked for", () => {
    vi.stubEnv("SKYPANEL_SEED", "");
    expect(seedsOf("T-X01", 3)).toEqual([1, 2, 3]);
    vi.stubEnv("SKYPANEL_SEED", "8412");
    expect(seedsOf("T-X01", 3)).toEqual([8412]);
  });

  it("can be narrowed to one case", () => {
    expect(caseAsked()).toBeUndefined();
    vi.stubEnv("SKYPANEL_CASE", "17");
    expect(caseAsked()).toBe(17);
    expect(replayLine("T-F01", 8412, 17)).toBe("npm run replay -- T-F01 --seed 8412 --case 17");
  });
});
