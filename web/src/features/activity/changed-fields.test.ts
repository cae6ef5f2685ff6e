import { expect, it } from "vitest";
import { actionWords } from "./action-words.ts";
import { changedFields } from "./changed-fields.ts";

it("names the values that differ by where they stand", () => {
  const before = { title: "Shop", processes: [{ name: "web", replicas: 1, command: [] }] };
  const after = { title: "Shop", processes: [{ name: "web", replicas: 3, command: ["node", "x"] }] };
  expect(changedFields(before, after)).toEqual([
    { field: "processes.web.replicas", before: "1", after: "3" },
    { field: "processes.web.command", before: undefined, after: "node x" },
  ]);
});

it("tells what is new from what is gone", () => {
  expect(changedFields({ a: 1 }, { b: true })).toEqual([
    { field: "a", before: "1", after: undefined },
    { field: "b", before: undefined, after: "true" },
  ]);
  expect(changedFields(null, null)).toEqual([]);
});

it("cuts values too long to read", () => {
  expect(changedFields(null, { note: "x".repeat(300) })[0]?.after).toHaveLength(200);
});

it("says an action as a verb", () => {
  expect(["app.created", "cluster.token-issued"].map(actionWords)).toEqual(["created", "token issued"]);
});
