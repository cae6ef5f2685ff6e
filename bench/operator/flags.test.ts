import { expect, test } from "vitest";
import { readFlags } from "./flags.ts";

test("without flags everything is measured, three times", () => {
  expect(readFlags([])).toEqual({
    sizes: [100, 1_000, 5_000],
    programs: ["skypanel", "client-node", "controller-runtime", "skypanel-apps"],
    repeats: 3,
    seed: 7,
    out: "bench/results/operator.json",
  });
});

test("flags pick sizes and programs", () => {
  const { sizes, programs, repeats } = readFlags(["--n", "20", "--program", "skypanel,client-node", "--repeats=1"]);
  expect({ sizes, programs, repeats }).toEqual({ sizes: [20], programs: ["skypanel", "client-node"], repeats: 1 });
});

test.each([
  [["--n", "many"], "--n many: give a whole number from 1 to 10000"],
  [["--n", "0"], "--n 0: give a whole number from 1 to 10000"],
  [["--n", "20000"], "--n 20000: give a whole number from 1 to 10000"],
  [["--repeats", "1.5"], "--repeats 1.5: give a whole number from 1 to 20"],
  [["--program", "java"], "--program java: give one of skypanel, client-node, controller-runtime, skypanel-apps"],
])("%j is refused with what is wrong", (args, message) => {
  expect(() => readFlags(args)).toThrow(message);
});
