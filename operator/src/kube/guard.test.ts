import { describe, expect, it } from "vitest";
import { aCluster } from "./a-world.ts";
import { createGuard } from "./guard.ts";
import { guarded } from "./guarded.ts";
import { KubeError, type Live } from "./kube.ts";
import { configMaps, secrets } from "./resources.ts";
import { createStore } from "./store.ts";

const ref = { resource: configMaps, namespace: "n", name: "a" };
const never = new AbortController().signal;

function world() {
  const { clock, kube, metrics } = aCluster();
  const store = createStore(kube);
  const guard = createGuard({ store, clock, metrics });
  const table = store.table(configMaps);
  const live = (value: string): Live => kube.edit(ref, { metadata: { labels: { app: "x" } }, data: { value } });
  const ready: string[] = [];
  const park = () => guard.whenReady("k", () => ready.push("k"));
  const catchUp = () => guard.catchUp("k", kube, never);
  return { clock, kube, store, guard, live, table, ready, park, catchUp };
}

describe("the guard", () => {
  it("parks a key until the cache has seen its write", () => {
    const { guard, live, park, ready, table } = world();
    const object = live("1");
    guard.wrote("k", ref, object);
    park();
    expect([guard.isClear("k"), guard.mayRun("k"), ready]).toEqual([false, false, []]);
    table.put(object);
    expect([guard.isClear("k"), ready, guard.size()]).toEqual([true, ["k"], 0]);
  });

  it("takes versions for whole numbers, not for text", () => {
    const { guard, live, table } = world();
    const object = live("1");
    const at = (resourceVersion: string) => ({ ...object, metadata: { ...object.metadata, resourceVersion } });
    guard.wrote("k", ref, at("1000"));
    table.put(at("999"));
    expect(guard.isClear("k")).toBe(false);
    table.put(at("1000"));
    expect(guard.isClear("k")).toBe(true);
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

  it("waits 5 s for the event, then lets the run read the object by one call", async () => {
    const { catchUp, clock, guard, kube, live, park, ready, table } = world();
    guard.wrote("k", ref, live("1"));
    park();
    kube.calls.length = 0;
    await clock.advance(4_999);
    expect(ready).toEqual([]);
    await clock.advance(1);
    expect([ready, guard.mayRun("k"), guard.isClear("k")]).toEqual([["k"], true, false]);
    expect([await catchUp(), await catchUp()]).toEqual([true, false]);
    expect(kube.calls).toEqual(["get configmaps/n/a"]);
    expect(table.get("n/a")).toBeDefined();
  });

  it("knows no more than before when the read fails", async () => {
    const { catchUp, clock, guard, kube, live } = world();
    guard.wrote("k", ref, live("1"));
    await clock.advance(5_000);
    kube.failNext("get", new KubeError("network", "cut"));
    await expect(catchUp()).rejects.toThrow("cut");
    expect([guard.isClear("k"), guard.mayRun("k")]).toEqual([false, true]);
    await catchUp();
    expect(guard.isClear("k")).toBe(true);
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

  it("waits until the cache is past the version a write was refused for", () => {
    const { guard, live, park, ready, table } = world();
    const old = live("1");
    table.put(old);
    guard.outdated("k", ref, old.metadata.resourceVersion ?? "");
    park();
    expect(ready).toEqual([]);
    table.put(live("2"));
    expect(ready).toEqual(["k"]);
  });

  it("keeps what came under the name while it read that there was nothing", async () => {
    const { catchUp, guard, kube, live, table } = world();
    guard.unsure("k", ref);
    const reading = catchUp(); // the server answers in a later turn
    kube.failNext("get", new KubeError("notFound", "not found", { status: 404 }));
    const come = live("1");
    table.put(come);
    await reading;
    expect(table.get("n/a")).toBe(come);
  });

  it("forgets an owner that is gone", () => {
    const { clock, guard, live, park } = world();
    guard.wrote("k", ref, live("1"));
    park();
    guard.forget("k");
    expect([guard.size(), clock.pending()]).toEqual([0, 0]);
  });
});

describe("a write that failed", () => {
  const body = { metadata: { name: "a", namespace: "n" } };
  const options = { manager: "skypanel-operator", force: false } as const;

  it("without an answer is read at once, never waited for and never repeated blindly", async () => {
    const { catchUp, guard, kube, table } = world();
    kube.failNext("apply", new KubeError("network", "cut", { outcomeKnown: false }), "after");
    await expect(guarded(kube, guard, "k").apply(ref, body, options)).rejects.toThrow("cut");
    expect([guard.isClear("k"), guard.mayRun("k")]).toEqual([false, true]);
    await catchUp();
    expect(kube.calls).toEqual(["apply configmaps/n/a", "get configmaps/n/a"]);
    expect(table.get("n/a")).toBeDefined();
  });

  it("by our own deadline is as uncertain as silence", async () => {
    const { guard, kube } = world();
    const late = AbortSignal.abort(new Error("the reconcile took too long"));
    await expect(guarded(kube, guard, "k").apply(ref, body, { ...options, signal: late })).rejects.toThrow("too long");
    expect([guard.isClear("k"), guard.mayRun("k")]).toEqual([false, true]);
  });

  it("for sure leaves nothing to wait for", async () => {
    const { guard, kube } = world();
    kube.failNext("apply", new KubeError("invalid", "no", { status: 422 }));
    await expect(guarded(kube, guard, "k").apply(ref, body, options)).rejects.toThrow("no");
    expect(guard.isClear("k")).toBe(true);
  });

  it("by a conflict says that the copy is old", async () => {
    const { guard, kube, live, table } = world();
    const copy = live("1");
    table.put(copy);
    const next = live("2");
    const { uid = "", resourceVersion = "" } = copy.metadata;
    await expect(guarded(kube, guard, "k").delete(ref, { uid, resourceVersion })).rejects.toThrow("modified");
    expect(guard.isClear("k")).toBe(false);
    table.put(next);
    expect(guard.isClear("k")).toBe(true);
  });

  it("of what is not watched makes it no watched thing", async () => {
    const { guard, kube, store } = world();
    const secret = { ...ref, resource: secrets };
    kube.failNext("apply", new KubeError("network", "cut", { outcomeKnown: false }), "after");
    await expect(guarded(kube, guard, "k").apply(secret, body, options)).rejects.toThrow("cut");
    expect([guard.isClear("k"), store.isWatched(secrets)]).toEqual([true, false]);
  });
});
