import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareQuantity, parseCpu, parseMemory, printCpu, printMemory } from "./quantity.ts";

describe("parseCpu", () => {
  it.each([
    ["250m", 250],
    ["1", 1_000],
    [2, 2_000],
    ["0.5", 500],
    ["1.5", 1_500],
    ["100u", 1],
    ["1n", 1],
    ["1e1", 10_000],
    ["0", 0],
  ])("reads %s as %d millicores", (text, millicores) => {
    expect(parseCpu(text)).toBe(millicores);
  });
});

describe("parseMemory", () => {
  it.each([
    ["128Mi", 134_217_728],
    ["1Gi", 1_073_741_824],
    ["1G", 1_000_000_000],
    ["1.5Ki", 1_536],
    ["1k", 1_000],
    ["1e3", 1_000],
    ["5E-1", 1],
    ["128m", 1],
    [64, 64],
    ["2Ti", 2_199_023_255_552],
  ])("reads %s as %d bytes", (text, bytes) => {
    expect(parseMemory(text)).toBe(bytes);
  });

  it.each(["", "Mi", "1 Gi", "1GB", "-1", "+1", "1e", "1e1000", "0x10", "١", "1Gi\n", "NaN"])(
    "says that %j is no quantity",
    (text) => {
      expect([parseMemory(text), parseCpu(text), compareQuantity(text, 1)]).toEqual([undefined, undefined, undefined]);
    },
  );
});

describe("compareQuantity", () => {
  it.each([
    ["1", "1000m", 0],
    [1, "1", 0],
    ["1Gi", "1024Mi", 0],
    ["1G", "1Gi", -1],
    ["0.1", "100m", 0],
    ["101m", "0.1", 1],
    ["1e3", "1k", 0],
  ])("puts %s against %s", (a, b, sign) => {
    expect(compareQuantity(a, b)).toBe(sign);
  });
});

describe("printing", () => {
  it.each([
    [250, "250m"],
    [1_000, "1"],
    [1_500, "1500m"],
    [0, "0"],
  ])("writes %d millicores as %s", (millicores, text) => {
    expect(printCpu(millicores)).toBe(text);
  });

  it.each([
    [134_217_728, "128Mi"],
    [1_000, "1000"],
    [0, "0"],
    [1_536 * 1_024, "1536Ki"],
  ])("writes %d bytes as %s", (bytes, text) => {
    expect(printMemory(bytes)).toBe(text);
  });

  it("is read back as what was written", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (value) => {
        expect([parseCpu(printCpu(value)), parseMemory(printMemory(value))]).toEqual([value, value]);
      }),
    );
  });
});
