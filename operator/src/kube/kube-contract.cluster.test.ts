import { systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { Registry } from "prom-client";
import { describe, inject } from "vitest";
import { kubeContract } from "./kube-contract.ts";
import { accessSource } from "./kubeconfig.ts";
import { kubeMetrics } from "./metrics.ts";
import { restKube } from "./rest-kube.ts";
import { openTransport } from "./transport.ts";

describe("the real server", () => {
  kubeContract(async () => {
    const transport = await openTransport({
      source: accessSource({ KUBECONFIG: inject("kubeconfig") }),
      clock: systemClock,
      random: Math.random,
      log: createLog({ name: "contract", level: "warn" }),
      metrics: kubeMetrics(new Registry()),
      pool: "requests",
      connections: 8,
    });
    return { kube: restKube(transport), close: () => transport.destroy() };
  });
});
