import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { KubeError, type Live } from "../kube/kube.ts";
import { memoryKube } from "../kube/memory-kube.ts";
import { namespaces, secrets } from "../kube/resources.ts";
import { keepIdentity } from "./identity.ts";

const place = { namespace: "skypanel-system", name: "skypanel-operator-identity" };
const ref = { resource: secrets, ...place };
const clusterId = "11111111-1111-4111-8111-111111111111";

/** A cluster in which the chart has made the empty Secret. */
function aCluster() {
  const kube = memoryKube(manualClock());
  kube.edit({ resource: namespaces, name: place.namespace }, { metadata: { name: place.namespace } });
  kube.edit(ref, { metadata: place });
  const keeper = () => keepIdentity({ kube, ...place });
  const data = () => (kube.find(ref) as Live & { data?: Record<string, string> }).data ?? {}; // a Secret
  return { kube, keeper, data };
}

describe("the cluster's identity", () => {
  it("is made once and read from then on", async () => {
    const { keeper, data } = aCluster();
    const [first, second] = [keeper(), keeper()];
    await first.load();
    await second.load();
    expect(second.current()).toMatchObject({ kid: first.current().kid, ageRecipient: first.current().ageRecipient });
    expect(Object.keys(data()).sort()).toEqual(["age.txt", "identity.pem"]);
  });

  it("is one, though two replicas make it at once", async () => {
    const { keeper } = aCluster();
    const [first, second] = [keeper(), keeper()];
    await Promise.all([first.load(), second.load()]);
    expect(first.current().kid).toBe(second.current().kid);
  });

  it("keeps the cluster's id over a restart", async () => {
    const { keeper } = aCluster();
    const before = keeper();
    await before.load();
    await before.remember(clusterId);
    const after = keeper();
    await after.load();
    expect([before.current().clusterId, after.current().clusterId]).toEqual([clusterId, clusterId]);
    expect(after.current().kid).toBe(before.current().kid);
  });

  it("is not written again when nothing is new", async () => {
    const { kube, keeper } = aCluster();
    const kept = keeper();
    await kept.load();
    await kept.remember(clusterId);
    const writes = () => kube.calls.filter((call) => call.startsWith("apply")).length;
    const before = writes();
    await kept.remember(clusterId);
    await keeper().load();
    expect(writes()).toBe(before);
  });

  it("is not made while the API refuses", async () => {
    const { kube, keeper, data } = aCluster();
    kube.failNext("get secrets", new KubeError("forbidden", "no"));
    const kept = keeper();
    await expect(kept.load()).rejects.toThrow("no");
    expect(() => kept.current()).toThrow("not loaded");
    expect(data()).toEqual({});
  });
});
