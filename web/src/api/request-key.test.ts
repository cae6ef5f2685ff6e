import { expect, it } from "vitest";
import { createRequestKeys } from "./request-key.ts";

it("keeps the key of a body sent again, and no other", () => {
  let made = 0;
  const keyFor = createRequestKeys(() => `key ${++made}`);
  expect([keyFor({ a: 1 }), keyFor({ a: 1 }), keyFor({ a: 2 }), keyFor({ a: 1 })]).toEqual([
    "key 1",
    "key 1",
    "key 2",
    "key 3",
  ]);
});
