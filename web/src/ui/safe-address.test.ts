import { expect, it } from "vitest";
import { isSafeAddress } from "./safe-address.ts";

it.each([
  ["https://shop.example.com", true],
  ["http://hello.apps.localhost:8000", true],
  ["mailto:a@example.com", true],
  ["javascript:alert(1)", false],
  ["data:text/html,x", false],
  ["//example.com", false],
  ["", false],
])("%s may be a link: %s", (address, safe) => {
  expect(isSafeAddress(address)).toBe(safe);
});
