import { sleepOn } from "@skypanel/runtime/clock.ts";
import { Registry } from "prom-client";
import { tookEffect, type Write } from "./a-record.ts";
import { widgetController } from "./a-widget.ts";
import { type ClusterInMemory, failTest, silent } from "./a-world.ts";
import { breaker } from "./breaker.ts";
import type { JsonObject, Kube, Ref } from "./kube.ts";
import { holdLease } from "./lease.ts";
import { startManager } from "./manager.ts";
import { kubeMetrics } from "./metrics.ts";

/** A door that can be shut: who comes to it waits. */
function aDoor() {
  let open = Promise.resolve();
  let unlock = () => {};
  return {
    through: () => open,
    shut: () => {
      const shut = Promise.withResolvers<void>();
      open = shut.promise;
      unlock = shut.resolve;
    },
    open: () => unlock(),
  };
}

/**
 * One operator process on a cluster it shares with others. It can be stopped as SIGSTOP does, in the middle of
 * anything, while its clocks go on; and its writes can be held on the way after they were sent.
 * `isFenced` false makes the twin that must fail: it asks for no lease and says no version.
 */
export function aProcess({ clock, kube, random }: ClusterInMemory, identity: string, isFenced = true) {
  const awake = aDoor();
  const network = aDoor();
  const writes: (Write & { at: number })[] = [];
  const lost: string[] = [];
  let isDead = false;

  const own: ClusterInMemory["clock"] = {
    ...clock,
    setTimer: (ms, run) => clock.setTimer(ms, () => void awake.through().then(() => isDead || run())),
    sleep: (ms, signal) => sleepOn(own.setTimer, ms, signal),
  };
  const answered = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } finally {
      await awake.through(); // a process that is stopped reads no answer
      if (isDead) await new Promise(() => {}); // and one that has ended never will
    }
  };
  const write = async <T>(verb: Write["verb"], ref: Ref, body: JsonObject, send: () => Promise<T>): Promise<T> => {
    if (isFenced) lease.assertHeld();
    await network.through();
    const before = kube.find(ref);
    try {
      return await send();
    } finally {
      if (ref.resource.plural !== "events") {
        writes.push({ verb, ref, body, before, after: kube.find(ref), at: clock.monotonic() });
      }
    }
  };
  const reads: Pick<Kube, "get" | "list" | "watch"> = {
    get: (ref, options) => answered(kube.get(ref, options)),
    list: kube.list,
    async *watch(resource, options) {
      for await (const event of kube.watch(resource, options)) {
        await awake.through();
        yield event;
      }
    },
  };
  const through: ClusterInMemory["kube"] = {
    ...kube,
    ...reads,
    apply: (ref, body, options) => {
      const { resourceVersion: _, uid: __, ...bare } = Object(body.metadata) as JsonObject; // plain JSON
      const sent = isFenced ? body : { ...body, metadata: bare };
      const verb = options.status ? "status" : "apply";
      return answered(write(verb, ref, sent, () => kube.apply(ref, sent, options)));
    },
    delete: (ref, precondition) => {
      const send = async () => (isFenced ? kube.delete(ref, precondition) : kube.remove(ref));
      return answered(write("delete", ref, {}, send));
    },
  };
  const metrics = kubeMetrics(new Registry());
  const lease = holdLease({
    ...{ clock: own, random, identity, log: silent, metrics, namespace: "n", name: "skypanel-operator" },
    kube: { ...reads, apply: (ref, body, options) => answered(kube.apply(ref, body, options)) },
    onLost: (why) => {
      lost.push(why);
      isDead = isFenced; // the twin does not even end
    },
  });
  startManager({
    ...{ kube: through, clock: own, metrics, random, log: silent, identity, lease, controllers: [widgetController()] },
    scope: () => "managed",
    tenantOf: ({ metadata }) => metadata.name,
    breaker: breaker({ clock: own, random, probe: async () => true }),
    newId: () => "run",
    onBroken: failTest,
  });
  return {
    lease,
    lost,
    freeze: awake.shut,
    resume: awake.open,
    hold: network.shut,
    release: network.open,
    /** Its writes that changed an object after `since`; what it created is told apart by `before`. */
    effective: (since: number) => writes.filter((one) => one.at >= since && tookEffect(one)),
  };
}
