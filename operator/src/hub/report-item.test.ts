import { describe, expect, it } from "vitest";
import { goneItem, readiness, reportItem } from "./report-item.ts";

const now = Date.UTC(2030, 0, 1);
const labels = { "paas.skypanel.io/managed-by": "control-plane", "paas.skypanel.io/tenant": "shop" };
const anApp = (over: object = {}) => ({
  apiVersion: "paas.skypanel.io/v1alpha1",
  kind: "App",
  metadata: {
    name: "web",
    namespace: "sp-shop",
    uid: "u1",
    generation: 3,
    labels,
    annotations: { "paas.skypanel.io/revision": "abc" },
    ...over,
  },
  spec: { state: "Running" },
  status: { phase: "Live", conditions: [{ type: "Ready", status: "True", reason: "Running" }] },
});

describe("a reported object", () => {
  it("from git has its revision and no spec", () => {
    expect(reportItem(anApp(), null, now)).toEqual({
      kind: "App",
      namespace: "sp-shop",
      name: "web",
      uid: "u1",
      tenant: "shop",
      managedBy: "control-plane",
      generation: 3,
      revision: "abc",
      observedAt: "2030-01-01T00:00:00Z",
      deleted: false,
      spec: null,
      status: anApp().status,
    });
  });

  it("of an engineer has its spec, and its namespace's tenant", () => {
    const item = reportItem(anApp({ labels: {}, annotations: {} }), "shop", now);
    expect(item).toMatchObject({ managedBy: "kubectl", tenant: "shop", revision: null, spec: { state: "Running" } });
  });

  it("never carries sealed values", () => {
    expect(reportItem({ ...anApp({ labels: {} }), kind: "Sealed" }, "shop", now)).toMatchObject({ spec: null });
  });

  it("names a Tenant as its own tenant", () => {
    const tenant = { ...anApp({ namespace: undefined, labels: {} }), kind: "Tenant" };
    expect(reportItem(tenant, null, now)).toMatchObject({ tenant: "web", namespace: null });
  });

  it("is not made of other kinds", () => {
    expect(reportItem({ ...anApp(), kind: "ClusterSettings" }, null, now)).toBeUndefined();
  });

  it("that is gone keeps who it was, and nothing else", () => {
    const item = reportItem(anApp(), null, now);
    expect(item && goneItem(item)).toMatchObject({ uid: "u1", deleted: true, spec: null, status: null });
  });
});

describe("readiness", () => {
  it("changes with status and reason of Ready alone", () => {
    const of = (status: object) => {
      const item = reportItem({ ...anApp(), status }, null, now);
      return item && readiness(item);
    };
    const ready = (status: string, reason: string) => of({ conditions: [{ type: "Ready", status, reason }] });
    expect(ready("True", "Running")).toBe("True/Running");
    expect(ready("False", "CrashLoop")).not.toBe(ready("False", "OutOfMemory"));
    expect(of({ phase: "Live" })).toBe(of({ phase: "Pending" }));
  });
});
