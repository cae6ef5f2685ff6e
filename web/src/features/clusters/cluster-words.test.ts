import { check } from "@skypanel/control-plane/contract/agent.ts";
import { clusterPhases } from "@skypanel/control-plane/contract/fleet/clusters.ts";
import { expect, it } from "vitest";
import { checkWords, clusterWords } from "./cluster-words.ts";

it("has words for every phase and every check of the contract", () => {
  expect(Object.keys(clusterWords)).toEqual([...clusterPhases]);
  expect(Object.keys(checkWords)).toEqual(check.shape.id.options);
});
