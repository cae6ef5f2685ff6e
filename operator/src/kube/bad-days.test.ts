import { describe, expect, it } from "vitest";
import { aWidget, widgetChildren, widgetController, widgetRef } from "./a-widget.ts";
import { aCluster, aManager, aWidgetWorld, service } from "./a-world.ts";
import { type JsonObject, KubeError } from "./kube.ts";
import { namespaces } from "./resources.ts";

const many = Array.from({ length: 100 }, (_, n) => `w${n}`);

describe("a quiet cluster", () => {
  it("T-F08 sees no write and no list in 10 minutes and all their resyncs, with 100 objects", async () => {
    const cluster = aCluster();
    const { calls, clock, kube } = { ...cluster, ...(await aManager(cluster, [widgetController()])) };
    for (const name of many) kube.edit(widgetRef(name), aWidget({ parts: ["a", "b"], secret: "s" }));
    await clock.advance(20_000);
    calls();
    await clock.advance(660_000);
    const made = calls();
    expect(made.filter((call) => !call.startsWith("get secrets"))).toEqual([]);
    expect(made).toHaveLength(100); // one look at what is not watched, each
  }, 60_000);

  it("writes nothing and runs nothing because a clock was set", async () => {
    let runs = 0;
    const count = () => {
      runs += 1;
    };
    const { ask, calls, clock } = await aWidgetWorld({ gather: count });
    await ask({ parts: ["a"] });
    runs = 0;
    for (const ms of [3_600_000, -7_200_000, 365 * 86_400_000, -10 * 365 * 86_400_000]) {
      clock.jump(clock.now() + ms);
      await clock.advance(60_000);
    }
    expect([calls(), runs]).toEqual([[], 0]);
    await clock.advance(600_000);
    expect([calls(), runs]).toEqual([[], 1]);
  });
});

const poisons = [
  ["1.4 MB of spec", { parts: ["a"], colour: "x".repeat(1_400_000) }],
  ["a child's name of 253 characters", { parts: ["a".repeat(250)] }],
  ["a throw in pure code", { parts: ["throw"] }],
  ["a throw of something that is no error", { parts: ["throw nothing"] }],
  ["an object without a spec", undefined],
  ["a spec of an older schema", { parts: "a,b" }],
  ["a child that never fits", { parts: ["refused"] }],
] as const;

describe("poison", () => {
  it.each(poisons)(
    "T-F13 of 1 in 100 (%s) keeps nobody else from what they asked for",
    async (_, poison) => {
      const cluster = aCluster();
      const { clock, kube } = cluster;
      const controller = widgetController({
        desired: (world) => {
          if (world.spec.parts[0] === "throw") throw new Error("poison");
          if (world.spec.parts[0] === "throw nothing") throw undefined;
          if (world.spec.colour.length > 1_000_000) throw new KubeError("invalid", "the request is too large");
          return widgetChildren(world);
        },
      });
      await aManager(cluster, [controller]);
      for (let n = 0; n < 50; n += 1) kube.failNext("w0-refused", new KubeError("invalid", "it does not fit"));
      for (const name of many) {
        const spec = (name === "w0" ? poison : { parts: ["a", "b"] }) as JsonObject | undefined; // plain JSON
        kube.edit(widgetRef(name), { metadata: { labels: { of: name } }, spec });
      }
      await clock.advance(3_000);
      const healthy = many.filter((name) => name !== "w0");
      for (const name of healthy) {
        expect(kube.find(service(`${name}-a`)), name).toBeDefined();
        expect(kube.find(widgetRef(name)), name).toMatchObject({ status: { phase: "Live", observedGeneration: 1 } });
      }
      kube.edit(widgetRef("w0"), aWidget({ parts: ["cured"], colour: "red" })); // the next good spec heals it
      await clock.advance(400_000);
      expect(kube.find(service("w0-cured"))).toBeDefined();
    },
    60_000,
  );
});

describe("a thousand objects that fail", () => {
  it("do not keep another tenant waiting: its object starts within 100 ms", async () => {
    const cluster = aCluster();
    const { clock, kube } = cluster;
    kube.edit({ resource: namespaces, name: "quiet" }, { metadata: {} });
    const started: { name: string; at: number }[] = [];
    const base = widgetController();
    const gather: typeof base.gather = async (object, reader, signal) => {
      started.push({ name: object.metadata.name, at: clock.monotonic() });
      if (object.metadata.name.startsWith("bad")) throw new Error("poison");
      return base.gather(object, reader, signal);
    };
    await aManager(cluster, [{ ...base, gather }]);
    for (let n = 0; n < 1_000; n += 1) kube.edit(widgetRef(`bad${n}`), aWidget({ parts: ["a"] }));
    await clock.advance(5_000);
    const before = started.length;
    const asked = clock.monotonic();
    kube.edit(widgetRef("good", "quiet"), aWidget({ parts: ["a"] }));
    await clock.advance(1_000);
    const mine = started.findIndex(({ name }) => name === "good");
    expect((started[mine]?.at ?? Number.POSITIVE_INFINITY) - asked).toBeLessThanOrEqual(100);
    expect(mine - before).toBeLessThanOrEqual(8); // those that ran already, at most
    await clock.advance(10_000);
    const retries = started.length - 1_000 - 2;
    expect(retries).toBeLessThanOrEqual(20 + 2 * 16); // the tenant's tokens
  }, 60_000);
});
