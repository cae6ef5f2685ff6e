import { expect, it } from "vitest";
import { type Budget, chunksOf, type Manifest, overspent } from "./budget-rules.ts";

const manifest: Manifest = {
  "index.html": { file: "index.js", css: ["index.css"], imports: ["_shared.js"] },
  "_shared.js": { file: "shared.js" },
  "logs.tsx": { file: "logs.js", imports: ["_shared.js", "_virtual.js"] },
  "_virtual.js": { file: "virtual.js", imports: ["_shared.js"] },
};
const budget: Budget = {
  id: "P4",
  what: "logs",
  entries: ["logs.tsx"],
  besides: ["index.html"],
  kind: "js",
  failKb: 1,
};

it("counts what comes on top of what is loaded", () => {
  expect(chunksOf(manifest, budget)).toEqual(["logs.js", "virtual.js"]);
});

it("counts styles apart", () => {
  expect(chunksOf(manifest, { ...budget, entries: ["index.html"], besides: [], kind: "css" })).toEqual(["index.css"]);
});

it("fails on an entry that was renamed away", () => {
  expect(() => chunksOf(manifest, { ...budget, entries: ["gone.tsx"] })).toThrow("gone.tsx");
});

it("names only the budgets that were not kept", () => {
  expect(
    overspent([
      { ...budget, bytes: 1_001 },
      { ...budget, id: "P1", bytes: 1_000 },
    ]),
  ).toEqual(["P4 logs"]);
});
