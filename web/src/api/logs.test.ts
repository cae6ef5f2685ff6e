import { expect, it } from "vitest";
import { eventOf } from "./logs.ts";

it("reads the events of a log and leaves out unknown ones", () => {
  const line = { instance: "web-1", at: "2026-01-02T03:04:05Z", cursor: "c", text: "up" };
  expect(eventOf("line", JSON.stringify(line))).toEqual({ k: "line", ...line });
  expect(eventOf("charge", "{}")).toBeUndefined();
});
