import { describe, expect, it } from "vitest";
import { aCluster, silent } from "./a-world.ts";
import { createGuard } from "./guard.ts";
import { KubeError, type Live } from "./kube.ts";
import { configMaps } from "./resources.ts";
import { createStore } from "./store.ts";

const ref = { resource: configMaps, namespace: "n", name: "a" };

function world() {
  const { clock, kube, metrics } = aCluster();
  const store = createStore(kube);
  const guard = createGuard({ kube, store, clock, log: silent, metrics });
  const live = (value: string): Live => kube.edit(ref, { metadata: { labels: { app: "x" } }, data: { value } });
  return { clock, kube, store, guard, live, table: store.table(configMaps) };
}

describe("the guard", () => {
  it("parks a key until the cache has seen its write", () => {
    const { guard, live, table } = world();
    const woken: string[] = [];
    const object = live("1");
    guard.wrote("k", ref, object);
    guard.whenClear("k", () => woken.push("k"));
    expect([guard.isClear("k"), woken]).toEqual([false, []]);
    table.put(object);
    expect([guard.isClear("k"), woken, guard.size()]).toEqual([true, ["k"], 0]);
  });

  it("lets a bookmark count that is past the write", () => {
    const { guard, live, table } = world();
    const object = live("1");
    guard.wrote("k", ref, object);
    table.progress(String(Number(object.metadata.resourceVersion) + 1));
    expect(guard.isClear("k")).toBe(true);
  });

  it("does not hold other keys", () => {
    const { guard, live } = world();
    guard.wrote("k", ref, live("1"));
    expect(guard.isClear("other")).toBe(true);
  });

  it("reads the object back after 5 s without an event", async () => {
    const { clock, guard, kube, live, table } = world();
    guard.wrote("k", ref, live("1"));
    const woken = new Promise<void>((resolve) => guard.whenClear("k", resolve));
    kube.calls.length = 0;
    await clock.advance(5_000);
    await woken;
    expect(kube.calls).toEqual(["get configmaps/n/a"]);
    expect(table.get("n/a")).toBeDefined();
  });

  it("stays parked while the API is away", async () => {
    const { clock, guard, kube, live } = world();
    const woken: string[] = [];
    guard.wrote("k", ref, live("1"));
    kube.failNext("get", new KubeError("network", "cut"));
    guard.whenClear("k", () => woken.push("k"));
    await clock.advance(6_000);
    expect(woken).toEqual([]);
    await clock.advance(5_000);
    expect(woken).toEqual(["k"]);
  });

  it("remembers a removal until it is seen, by uid", () => {
    const { guard, live, table } = world();
    const object = live("1");
    table.put(object);
    guard.deleted("k", ref, object.metadata.uid ?? "");
    expect(guard.isClear("k")).toBe(false);
    table.put({ ...object, metadata: { ...object.metadata, uid: "another", resourceVersion: "999" } });
    expect(guard.isClear("k")).toBe(true);
  });

  it("asks the API after a write without reply", async () => {
    const { clock, guard, kube, table } = world();
    guard.unsure("k", ref);
    const woken = new Promise<void>((resolve) => guard.whenClear("k", resolve));
    await clock.advance(5_000);
    await woken;
    expect(kube.calls).toEqual(["get configmaps/n/a"]);
    expect(table.size()).toBe(0);
  });

  it("forgets an owner that is gone", () => {
    const { clock, guard, live } = world();
    guard.wrote("k", ref, live("1"));
    guard.whenClear("k", () => {});
    guard.forget("k");
    expect([guard.size(), clock.pending()]).toEqual([0, 0]);
  });
});
