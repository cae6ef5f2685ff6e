import { describe, expect, it } from "vitest";
import { addPod, machineOf, type PlacedPod, type Requested } from "./machines.ts";

const GiB = 1024 ** 3;
const aPod = (spec: PlacedPod["spec"], phase = "Running"): PlacedPod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  spec: { nodeName: "m1", ...spec },
  status: { phase },
});
const asks = (cpu: string, memory: string, restartPolicy?: string) => ({
  ...(restartPolicy === undefined ? {} : { restartPolicy }),
  resources: { requests: { cpu, memory } },
});
const sum = (...all: PlacedPod[]): Requested | undefined => {
  const sums = new Map<string, Requested>();
  for (const pod of all) addPod(sums, pod);
  return sums.get("m1");
};

describe("what pods ask of a machine", () => {
  it("is the sum of their containers", () => {
    const pod = aPod({ containers: [asks("250m", "256Mi"), asks("0.5", "1Gi")] });
    expect(sum(pod, pod)).toEqual({ cpu: 1_500, memory: 2.5 * GiB, pods: 2 });
  });

  it("counts a large init container, or sidecars beside", () => {
    const containers = [asks("100m", "1Gi")];
    expect(sum(aPod({ containers, initContainers: [asks("2", "512Mi")] }))).toEqual({
      cpu: 2_000,
      memory: GiB,
      pods: 1,
    });
    const sidecar = asks("100m", "1Gi", "Always");
    expect(sum(aPod({ containers, initContainers: [sidecar] }))).toEqual({ cpu: 200, memory: 2 * GiB, pods: 1 });
  });

  it("leaves out what has ended or has no machine", () => {
    const containers = [asks("1", "1Gi")];
    const waiting: PlacedPod = { ...aPod({}), spec: { containers } };
    expect(sum(aPod({ containers }, "Succeeded"), aPod({ containers }, "Failed"), waiting)).toBeUndefined();
  });
});

describe("a machine", () => {
  it("is told in millicores and bytes", () => {
    const node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "m1" },
      status: {
        allocatable: { cpu: "3920m", memory: "8Gi", "ephemeral-storage": "100Gi", pods: "110" },
        conditions: [{ type: "Ready", status: "True" }],
        nodeInfo: { kubeletVersion: "v1.35.4" },
      },
    };
    expect(machineOf(node, { cpu: 100, memory: GiB, pods: 1 })).toEqual({
      name: "m1",
      ready: true,
      kubelet: "v1.35.4",
      allocatable: { cpu: 3_920, memory: 8 * GiB, disk: 100 * GiB, pods: 110 },
      requested: { cpu: 100, memory: GiB, pods: 1 },
      used: null,
    });
  });

  it("that says nothing is not ready and has nothing", () => {
    const silent = machineOf({ apiVersion: "v1", kind: "Node", metadata: { name: "m1" } });
    expect(silent).toMatchObject({ ready: false, allocatable: { cpu: 0, pods: 0 }, requested: { pods: 0 } });
  });
});
