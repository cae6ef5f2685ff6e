import { expect, test } from "vitest";
import { afterCursor, cursorOf, pageOf } from "./cursor.ts";

test("gives back the keys it was made of", () => {
  expect(afterCursor(cursorOf("2026-01-01", "hello ü"), 2)).toEqual(["2026-01-01", "hello ü"]);
  expect(afterCursor(undefined, 2)).toBeUndefined();
});

test.each(["", "x", "bm90IGpzb24", cursorOf("one"), cursorOf("a", "\0"), cursorOf("1", "2", "3"), "W1tdLDJd"])(
  "refuses %j",
  (cursor) => {
    expect(() => afterCursor(cursor, 2)).toThrow("cursor");
  },
);

test("names a next page only when there is one", () => {
  const keysOf = (row: string) => [row];
  expect(pageOf(["a", "b"], 2, keysOf)).toEqual({ items: ["a", "b"], nextCursor: null });
  expect(pageOf(["a", "b", "c"], 2, keysOf)).toEqual({ items: ["a", "b"], nextCursor: cursorOf("b") });
});
