import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { aCluster, silent } from "./a-world.ts";
import { kubeMetrics } from "./metrics.ts";
import { startReflector } from "./reflector.ts";
import { configMaps, namespaces } from "./resources.ts";
import { shapeOf } from "./shape.ts";
import { table } from "./table.ts";

it("a flood of events leaves the event loop to others every 5 ms", async () => {
  const { kube } = aCluster();
  const objects = 400;
  for (let n = 0; n < objects; n += 1) {
    kube.edit({ resource: configMaps, namespace: "n", name: `c${n}` }, { metadata: {}, data: {} });
  }
  const clock = manualClock();
  let spentMs = 0; // each object costs a millisecond
  let turnBegan = 0;
  let longest = 0;
  const turns = { isOver: false };
  const turn = () => {
    turnBegan = spentMs;
    if (!turns.isOver) setImmediate(turn);
  };
  const shape = shapeOf(namespaces);
  const cache = table(configMaps);
  const stop = new AbortController();
  turn();
  const reflector = startReflector({
    ...{
      kube,
      random: () => 0.5,
      log: silent,
      metrics: kubeMetrics(new Registry()),
      table: cache,
      signal: stop.signal,
    },
    clock: { ...clock, monotonic: () => spentMs },
    shape: (object) => {
      spentMs += 1;
      longest = Math.max(longest, spentMs - turnBegan);
      return shape(object);
    },
  });
  await reflector.synced;
  turns.isOver = true;
  stop.abort(new Error("over"));
  await reflector.ended;
  expect([cache.size(), longest]).toEqual([objects, 5]);
});
