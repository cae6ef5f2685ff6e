import { describe, expect, it } from "vitest";
import { managedByLabel, managedByValue } from "./inventory.ts";
import type { Live } from "./kube.ts";
import { namespaces, pods, services } from "./resources.ts";
import { isStub, shapeOf } from "./shape.ts";

const object = (metadata: object, more: object = {}): Live =>
  ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s", namespace: "n", uid: "u", resourceVersion: "1", managedFields: [{}], ...metadata },
    ...more,
  }) as Live; // as served

describe("what the cache keeps", () => {
  it("is ours, whole but for managed fields", () => {
    const kept = shapeOf(services)(object({ labels: { [managedByLabel]: managedByValue } }, { spec: { a: 1 } }));
    expect(kept).toMatchObject({ spec: { a: 1 } });
    expect(kept.metadata).not.toHaveProperty("managedFields");
    expect(isStub(kept)).toBe(false);
  });

  it("is a stub of what is not ours", () => {
    const kept = shapeOf(services)(
      object({ labels: { theirs: "yes" }, annotations: { big: "x" } }, { spec: { a: 1 } }),
    );
    expect(kept).toEqual({
      apiVersion: "v1",
      kind: "Service",
      stub: true,
      metadata: { name: "s", namespace: "n", uid: "u", resourceVersion: "1" },
    });
    expect(isStub(kept)).toBe(true);
  });

  it("is whole where foreign objects matter", () => {
    expect(isStub(shapeOf(namespaces)(object({})))).toBe(false);
  });

  it("is the health of a pod without its spec", () => {
    const pod = object(
      {},
      { spec: { nodeName: "m1", containers: [{}] }, status: { phase: "Running", hostIP: "10.0.0.1", conditions: [] } },
    );
    expect(shapeOf(pods)(pod)).toMatchObject({
      spec: { nodeName: "m1" },
      status: { phase: "Running", conditions: [] },
    });
    expect(JSON.stringify(shapeOf(pods)(pod))).not.toMatch(/containers"|hostIP/);
  });
});
