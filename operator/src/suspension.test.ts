import { expect, it } from "vitest";
import { suspensionReason } from "./suspension.ts";

it.each([
  [undefined, undefined],
  [{ reason: "Wallet" }, "The next hour cannot be held. Top up; it resumes."],
  [{ reason: "Admin", message: "no answer" }, "The provider suspended it: no answer. Contact the provider."],
  [{ reason: "Abuse" }, "The provider suspended it: abuse. Contact the provider."],
] as const)("says why %j stands still", (suspended, message) => {
  expect(suspensionReason(suspended)?.message).toBe(message);
});
