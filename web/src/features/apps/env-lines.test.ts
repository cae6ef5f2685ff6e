import { describe, expect, it } from "vitest";
import { envLines } from "./env-lines.ts";

describe("envLines", () => {
  it.each([
    ["PLAIN=value", "value"],
    ["export PLAIN=value", "value"],
    ["PLAIN = spaced out ", "spaced out"],
    ["PLAIN=", ""],
    ["PLAIN=a=b#c", "a=b#c"],
    ["PLAIN='single $x'", "single $x"],
    ['PLAIN="two\\nlines \\"said\\""', 'two\nlines "said"'],
    ['PLAIN="half', '"half'],
  ])("reads %s", (line, value) => {
    expect(envLines(line)).toEqual({ variables: [{ key: "PLAIN", value }], problems: [] });
  });

  it("leaves out comments and empty lines", () => {
    expect(envLines("# one\r\n\r\n  # two\n")).toEqual({ variables: [], problems: [] });
  });

  it("takes the last of a key", () => {
    expect(envLines("A=1\nB=2\nA=3").variables).toEqual([
      { key: "A", value: "3" },
      { key: "B", value: "2" },
    ]);
  });

  it("names lines that are no variable", () => {
    expect(envLines("A=1\nnonsense\n1A=x").problems).toEqual([
      { line: 2, message: "is not KEY=value" },
      { line: 3, message: "is not KEY=value" },
    ]);
  });
});
