import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe } from "vitest";
import { kubeContract } from "./kube-contract.ts";
import { memoryKube } from "./memory-kube.ts";

describe("the in-memory twin", () => {
  kubeContract(async () => {
    const kube = memoryKube(manualClock());
    kube.watches.compact(); // version 1 is history, as in any server that has run for a while
    kube.absent.add("nothings.nobody.skypanel.io");
    return { kube, remind: kube.watches.bookmark, close: async () => {} };
  });
});
