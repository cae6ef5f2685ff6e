import { expect, it } from "vitest";
import { choicesOf, hintOf, numberOf } from "./app-hints.ts";

it("takes label and help from the schema of the kind", () => {
  expect(hintOf("spec.processes[].replicas")).toEqual({ label: "Instances", hint: "How many run at once." });
});

it("takes bounds and defaults of numbers from it", () => {
  expect(numberOf("spec.processes[].health.periodSeconds")).toEqual({ min: 5, max: 600, placeholder: "30" });
  expect(numberOf("spec.processes[].port")).toEqual({ min: 1, max: 65_535 });
});

it("takes choices from it", () => {
  expect(choicesOf("spec.processes[].type")).toEqual(["Web", "Worker"]);
});

it("refuses a field the kind does not have", () => {
  expect(() => hintOf("spec.nothing")).toThrow("spec.nothing");
});
