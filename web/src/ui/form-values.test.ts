import { expect, it } from "vitest";
import { asLines, linesShown } from "./form-values.ts";

it("takes one word a line, without what surrounds it", () => {
  expect(asLines("node\n  server.js \n\n--port=80")).toEqual(["node", "server.js", "--port=80"]);
  expect(asLines(" \n")).toEqual([]);
});

it("shows words one a line", () => {
  expect(linesShown("", ["node", "a, b"])).toBe("node\na, b");
});

it("keeps the line that is being typed", () => {
  expect(linesShown("node\n", ["node"])).toBe("node\n");
});

it("shows words that were set from elsewhere", () => {
  expect(linesShown("node\nold.js", ["node", "new.js"])).toBe("node\nnew.js");
});
