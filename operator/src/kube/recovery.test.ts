import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { expect, it } from "vitest";
import { aWidget, widgetController, widgetRef } from "./a-widget.ts";
import { aCluster, failTest, silent } from "./a-world.ts";
import { createBackOff } from "./backoff.ts";
import { breaker } from "./breaker.ts";
import { KubeError } from "./kube.ts";
import { startManager } from "./manager.ts";

it("T-F06 what failed by the API's fault runs within 30 s once the API is well, not all at once", () => {
  const chances = [0.2, 0.5, 0.9];
  const backOff = createBackOff(manualClock(), () => chances.shift() ?? 0.5);
  const keys = ["a", "b", "c", "own"];
  for (const key of keys) for (let n = 0; n < 30; n += 1) backOff.failed(key, key, key !== "own");
  chances.push(0.2, 0.5, 0.9);
  const own = backOff.until("own");
  expect(backOff.forgive()).toEqual(["a", "b", "c"]);
  expect(keys.map(backOff.until)).toEqual([6_000, 15_000, 27_000, own]);
  expect(keys.map(backOff.failures)).toEqual([0, 0, 0, 30]);
});

it("T-F06 a key that waits for the API runs soon after the breaker closed", async () => {
  const { clock, kube, metrics } = aCluster();
  const isDown = { now: true };
  const guard = breaker({ clock, random: () => 0.1, probe: async () => !isDown.now });
  const lease = { held: Promise.resolve(), release: async () => {} };
  let runs = 0;
  const manager = startManager({
    ...{
      kube,
      clock,
      metrics,
      random: () => 0.1,
      scope: () => "managed",
      log: silent,
      lease,
      identity: "t",
    },
    controllers: [
      widgetController({
        gather: () => {
          runs += 1;
          if (isDown.now) throw new KubeError("unavailable", "down", { status: 503 });
        },
      }),
    ],
    ...{ breaker: guard, newId: () => "run", tenantOf: () => "t", onBroken: failTest },
  });
  await manager.leading;
  kube.edit(widgetRef(), aWidget({ parts: ["a"] }));
  await clock.advance(22_000); // it has just failed for the seventh time, and would wait 21 s more
  for (let n = 0; n < 20; n += 1) guard.note(false);
  expect(guard.allowed()).toBe(0);
  isDown.now = false;
  const before = runs;
  await clock.advance(5_000);
  expect(guard.allowed()).toBe(8);
  expect(runs).toBeGreaterThan(before);
  await manager.stop();
});
