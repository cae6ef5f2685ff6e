import { expect, it } from "vitest";
import { hintOf } from "./app-hints.ts";

it("takes label and help from the schema of the kind", () => {
  expect(hintOf("spec.processes[].replicas")).toEqual({ label: "Instances", hint: "How many run at once." });
});

it("refuses a field the kind does not have", () => {
  expect(() => hintOf("spec.nothing")).toThrow("spec.nothing");
});
