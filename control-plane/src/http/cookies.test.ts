import { expect, it } from "vitest";
import { accessCookie, cookieOf, endedCookies, sessionCookies } from "./cookies.ts";

it.each([
  ["skypanel_access=abc", "abc"],
  ["a=1; skypanel_access=abc; b=2", "abc"],
  ["skypanel_access=a=b", "a=b"],
  ["skypanel_access=abc; skypanel_access=def", undefined],
  ["xskypanel_access=abc", undefined],
  ["skypanel_access=", undefined],
  ["", undefined],
  [undefined, undefined],
])("reads %j as %j", (header, value) => {
  expect(cookieOf(header, accessCookie)).toBe(value);
});

it("is Secure wherever the panel is", () => {
  for (const cookie of sessionCookies({ access: "a", refresh: "r" }, true)) expect(cookie).toMatch(/; Secure$/);
});

it("is taken back under the same path", () => {
  expect(endedCookies(true).map((cookie) => cookie.replace(/=.*Path/, " Path"))).toEqual([
    "skypanel_access Path=/api/v1; Max-Age=0; HttpOnly; SameSite=Strict; Secure",
    "skypanel_refresh Path=/api/v1/auth; Max-Age=0; HttpOnly; SameSite=Strict; Secure",
  ]);
});
