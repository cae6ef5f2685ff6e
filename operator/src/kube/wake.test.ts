import { describe, expect, it } from "vitest";
import { aWidget, widgets } from "./a-widget.ts";
import { aCluster } from "./a-world.ts";
import { ownerUidLabel } from "./inventory.ts";
import type { Live } from "./kube.ts";
import { services } from "./resources.ts";
import { createStore } from "./store.ts";
import { isWoken, keysWoken } from "./wake.ts";

const object = (metadata: Partial<Live["metadata"]>, more: object = {}): Live => ({
  apiVersion: "paas.skypanel.io/v1alpha1",
  kind: "Widget",
  metadata: { name: "w", namespace: "n", uid: "u1", generation: 1, ...metadata },
  ...more,
});

describe("a change of our own object", () => {
  it.each([
    ["generation", object({ generation: 2 }), true],
    ["deletion", object({ deletionTimestamp: "2030-01-01T00:00:00Z" }), true],
    ["finalizers", object({ finalizers: ["x"] }), true],
    ["annotations", object({ annotations: { a: "b" } }), true],
    ["labels", object({ labels: { a: "b" } }), true],
    ["status alone", object({ resourceVersion: "9" }, { status: { phase: "Live" } }), false],
  ])("of %s wakes it: %#", (_, after, isWaking) => {
    expect(isWoken(object({}), after)).toBe(isWaking);
  });

  it("wakes it when it comes and when it goes", () => {
    expect([isWoken(undefined, object({})), isWoken(object({}), undefined)]).toEqual([true, true]);
  });
});

describe("a change of a child", () => {
  const { kube } = aCluster();
  const owner = kube.edit({ resource: widgets, namespace: "n", name: "w" }, aWidget());
  const store = createStore(kube);
  store.table(widgets).put(owner);
  const child = (metadata: Partial<Live["metadata"]>): Live => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s", namespace: "n", ...metadata },
  });
  const { apiVersion, kind, metadata } = owner;
  const reference = { apiVersion, kind, name: "w", uid: metadata.uid ?? "" };

  it("wakes the owner it refers to", () => {
    expect(keysWoken({ resource: services }, widgets, store, child({ ownerReferences: [reference] }))).toEqual(["n/w"]);
  });

  it("wakes the owner of its label, if the reference was stripped", () => {
    expect(
      keysWoken({ resource: services }, widgets, store, child({ labels: { [ownerUidLabel]: metadata.uid ?? "" } })),
    ).toEqual(["n/w"]);
  });

  it("wakes nobody for an owner of another kind", () => {
    const other = { ...reference, kind: "Gadget" };
    expect(keysWoken({ resource: services }, widgets, store, child({ ownerReferences: [other] }))).toEqual([]);
  });

  it("wakes whom the watch says", () => {
    expect(keysWoken({ resource: services, keys: () => ["n/x"] }, widgets, store, child({}))).toEqual(["n/x"]);
  });
});
