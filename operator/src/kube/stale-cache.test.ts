import { describe, expect, it } from "vitest";
import { dumped, recorded, tookEffect, type Write } from "./a-record.ts";
import { aWidget, widgetController, widgetRef, widgets } from "./a-widget.ts";
import { aCluster, aManager, aWidgetWorld, type ClusterInMemory, service } from "./a-world.ts";
import type { Live, Resource, WatchEvent } from "./kube.ts";
import { resourceName, secrets, services } from "./resources.ts";

const all = [widgets, services, secrets];
const lateMs = 10_000;
type Wish = NonNullable<Parameters<typeof aWidget>[0]>;

/** What a server that lags behind serves as the present: the state at an older version. */
interface Past {
  readonly version: string;
  readonly objects: ReadonlyMap<string, readonly Live[]>;
}

async function pastOf({ kube }: ClusterInMemory, resources: readonly Resource[]): Promise<Past> {
  const objects = new Map<string, Live[]>();
  let version = "";
  for (const resource of resources) {
    for await (const page of kube.list(resource, { limit: 10_000 })) {
      objects.set(resourceName(resource), [...page.items]);
      version = page.resourceVersion;
    }
  }
  return { version, objects };
}

/** `cluster`, whose watches bring everything 10 s late, and begin with `past` as if it were the present. */
function late(cluster: ClusterInMemory, past?: Past): ClusterInMemory {
  const { clock, kube } = cluster;
  async function* watch(
    resource: Resource,
    options: Parameters<typeof kube.watch>[1],
  ): AsyncGenerator<WatchEvent, void, void> {
    const known = options.initial ? past?.objects.get(resourceName(resource)) : undefined;
    if (known !== undefined && past !== undefined) {
      for (const object of known) yield { type: "added", object };
      yield { type: "initial-end", resourceVersion: past.version };
    }
    const from = known === undefined ? options : { ...options, initial: false, resourceVersion: past?.version ?? "" };
    let isInitial = from.initial;
    for await (const event of kube.watch(resource, from)) {
      if (!isInitial) await clock.sleep(lateMs, options.signal);
      if (event.type === "initial-end") isInitial = false;
      yield event;
    }
  }
  return { ...cluster, kube: { ...kube, watch } };
}

interface Scenario {
  readonly before: Wish;
  readonly after: Wish;
  readonly meanwhile?: (cluster: ClusterInMemory) => void;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  create: { before: { parts: [] }, after: { parts: ["a", "b"] } },
  change: { before: { parts: ["a", "b"] }, after: { parts: ["a", "b"], colour: "blue" } },
  "one part more": { before: { parts: ["a"] }, after: { parts: ["a", "b"] } },
  "one part less": { before: { parts: ["a", "b"] }, after: { parts: ["a"] } },
  rename: { before: { parts: ["a"] }, after: { parts: ["b"] } },
  "another secret": { before: { parts: ["a"], secret: "old" }, after: { parts: ["a"], secret: "new" } },
  "no secret any more": { before: { parts: ["a"], secret: "old" }, after: { parts: ["a"] } },
  drift: {
    before: { parts: ["a"] },
    after: { parts: ["a"], colour: "blue" },
    meanwhile: ({ kube }) => void kube.edit(service("w-a"), { metadata: { labels: { colour: "theirs" } } }),
  },
  "a child deleted by hand": {
    before: { parts: ["a", "b"] },
    after: { parts: ["a", "b"], colour: "blue" },
    meanwhile: ({ kube }) => kube.remove(service("w-b")),
  },
  "made again under its name": {
    before: { parts: ["a", "b"] },
    after: { parts: ["b", "c"], colour: "blue" },
    meanwhile: ({ kube }) => kube.remove(widgetRef()),
  },
};

/** What no stale cache may lead to, in everything that was written. */
function check(writes: readonly Write[], newest: string): void {
  const made = new Set<string>();
  let isNew = false;
  for (const write of writes) {
    const { verb, body, before, after, ref } = write;
    if (verb === "delete") expect(body).toEqual({ uid: expect.any(String), resourceVersion: expect.any(String) });
    if (verb !== "apply" || ref.resource.plural !== "services" || !tookEffect(write)) continue;
    const colour = after?.metadata.labels?.colour;
    if (isNew && before !== undefined) expect(colour, "a revert").toBe(newest);
    isNew ||= colour === newest;
    if (before === undefined) {
      const name = `${after?.metadata.ownerReferences?.[0]?.uid}/${ref.name}/${colour}`;
      expect(made.has(name), `a second create of ${name}`).toBe(false);
      made.add(name);
    }
  }
}

async function undisturbed(wish: Wish) {
  const { ask, kube } = await aWidgetWorld();
  await ask(wish);
  return dumped(kube, all);
}

describe("a cache that is old", () => {
  it.each(Object.entries(scenarios))(
    "T-F03 %s: watches 10 s late revert nothing and create nothing twice",
    async (_, { before, after, meanwhile }) => {
      const writes: Write[] = [];
      const cluster = aCluster();
      const seen = late({ ...cluster, kube: recorded(cluster.kube, writes) });
      await aManager(seen, [widgetController()]);
      cluster.kube.edit(widgetRef(), aWidget(before));
      await cluster.clock.advance(25_000);
      meanwhile?.(cluster);
      cluster.kube.edit(widgetRef(), aWidget(after));
      await cluster.clock.advance(120_000);
      check(writes, after.colour ?? "red");
      expect(await dumped(cluster.kube, all)).toEqual(await undisturbed(after));
    },
  );

  const restarts = Object.entries(scenarios).flatMap(([name, scenario]) => [
    [name, "all", all, scenario] as const,
    [name, "the children", [services, secrets], scenario] as const,
  ]);
  it.each(restarts)(
    "T-F03 %s: a restart that is served the past of %s writes nothing from it that takes effect",
    async (_name, _of, resources, { before, after, meanwhile }) => {
      const cluster = aCluster();
      const first = await aManager(cluster, [widgetController()]);
      cluster.kube.edit(widgetRef(), aWidget(before));
      await cluster.clock.advance(5_000);
      const past = await pastOf(cluster, resources);
      meanwhile?.(cluster);
      cluster.kube.edit(widgetRef(), aWidget(after));
      await cluster.clock.advance(5_000);
      const stopping = first.manager.stop();
      await cluster.clock.advance(10_000);
      await stopping;

      const settled = await dumped(cluster.kube, all);
      const writes: Write[] = [];
      await aManager(late({ ...cluster, kube: recorded(cluster.kube, writes) }, past), [widgetController()]);
      await cluster.clock.advance(120_000);
      // It may say what it sees; what it makes and removes was all done before.
      expect(writes.filter((one) => one.verb !== "status" && tookEffect(one))).toEqual([]);
      expect(await dumped(cluster.kube, all)).toEqual(settled);
    },
  );
});
