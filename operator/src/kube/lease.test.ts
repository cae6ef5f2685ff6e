import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { aCluster, type ClusterInMemory, silent } from "./a-world.ts";
import { KubeError, type Live } from "./kube.ts";
import { holdLease, leases } from "./lease.ts";
import { kubeMetrics } from "./metrics.ts";

const ref = { resource: leases, namespace: "n", name: "skypanel-operator" };

function aHolder({ clock, kube, random }: ClusterInMemory, identity: string) {
  const lost: string[] = [];
  const lease = holdLease({
    ...{ kube, clock, random, identity, log: silent, namespace: "n", name: "skypanel-operator" },
    metrics: kubeMetrics(new Registry()),
    onLost: (why) => lost.push(why),
  });
  return { lease, lost };
}
const holder = ({ kube }: ClusterInMemory) =>
  (kube.find(ref) as (Live & { spec?: { holderIdentity?: string } }) | undefined)?.spec?.holderIdentity;
const down = () => new KubeError("network", "cut", { outcomeKnown: false });

/** A cluster that from `hang` on takes reads and never answers them. */
function aClusterThatHangs(): { cluster: ClusterInMemory; hang: () => void } {
  const cluster = aCluster();
  let isHanging = false;
  const silence = (signal: AbortSignal | undefined) =>
    new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  const get: ClusterInMemory["kube"]["get"] = (ref, options) =>
    isHanging ? silence(options?.signal) : cluster.kube.get(ref, options);
  const hang = () => {
    isHanging = true;
  };
  return { cluster: { ...cluster, kube: { ...cluster.kube, get } }, hang };
}

describe("the lease", () => {
  it("is taken at once where nobody holds it, and kept", async () => {
    const cluster = aCluster();
    const { lease, lost } = aHolder(cluster, "a");
    await cluster.clock.advance(0);
    await lease.held;
    await cluster.clock.advance(120_000);
    expect([holder(cluster), lease.isHeld(), lost]).toEqual(["a", true, []]);
    expect(() => lease.assertHeld()).not.toThrow();
  });

  it("has one holder, even if two begin at once", async () => {
    const cluster = aCluster();
    const both = [aHolder(cluster, "a"), aHolder(cluster, "b")];
    for (let n = 0; n < 60; n += 1) {
      await cluster.clock.advance(1_000);
      expect(both.filter(({ lease }) => lease.isHeld())).toHaveLength(1);
    }
  });

  it("goes to another after 15 s without a change", async () => {
    const cluster = aCluster();
    const first = aHolder(cluster, "a");
    await cluster.clock.advance(0);
    const second = aHolder(cluster, "b");
    await cluster.clock.advance(4_000);
    expect(second.lease.isHeld()).toBe(false);
    await first.lease.release();
    cluster.kube.edit(ref, { metadata: {}, spec: { holderIdentity: "a" } }); // as if it had been killed
    await cluster.clock.advance(14_000);
    expect(second.lease.isHeld()).toBe(false);
    await cluster.clock.advance(5_000);
    expect([second.lease.isHeld(), holder(cluster)]).toEqual([true, "b"]);
  });

  it("goes to another within 3 s when it is given back", async () => {
    const cluster = aCluster();
    const first = aHolder(cluster, "a");
    await cluster.clock.advance(0);
    const second = aHolder(cluster, "b");
    await cluster.clock.advance(2_500);
    await first.lease.release();
    await cluster.clock.advance(3_000);
    expect([second.lease.isHeld(), first.lost]).toEqual([true, []]);
  });

  it("forbids writing 10 s after the last good renewal began, and says so once", async () => {
    const cluster = aCluster();
    const { lease, lost } = aHolder(cluster, "a");
    await cluster.clock.advance(0);
    for (let n = 0; n < 20; n += 1) cluster.kube.failNext("leases", down());
    await cluster.clock.advance(9_000);
    expect(() => lease.assertHeld()).not.toThrow();
    await cluster.clock.advance(2_000);
    expect(() => lease.assertHeld()).toThrow(expect.objectContaining({ kind: "fenced" }));
    await cluster.clock.advance(60_000);
    expect(lost).toEqual(["it could not be renewed in time"]);
  });

  it("forbids writing after the machine slept, which only the wall clock saw", async () => {
    const cluster = aCluster();
    const { lease } = aHolder(cluster, "a");
    await cluster.clock.advance(0);
    cluster.clock.jump(cluster.clock.now() + 60_000);
    expect(() => lease.assertHeld()).toThrow(expect.objectContaining({ kind: "fenced" }));
  });

  it("is told to be lost at the deadline, even if the API never answers", async () => {
    const { cluster, hang } = aClusterThatHangs();
    const { lease, lost } = aHolder(cluster, "a");
    await cluster.clock.advance(0);
    hang();
    await cluster.clock.advance(9_999);
    expect([lost, lease.isHeld()]).toEqual([[], true]);
    await cluster.clock.advance(1);
    expect([lost, lease.isHeld()]).toEqual([["it could not be renewed in time"], false]);
  });

  it("is given back within 2 s or not at all: stopping does not wait for a dead API", async () => {
    const { cluster, hang } = aClusterThatHangs();
    const { lease } = aHolder(cluster, "a");
    await cluster.clock.advance(0);
    hang();
    await cluster.clock.advance(3_000); // a renewal hangs
    let isReleased = false;
    const releasing = lease.release().then(() => {
      isReleased = true;
    });
    await cluster.clock.advance(2_000);
    await releasing;
    expect([isReleased, lease.isHeld(), holder(cluster)]).toEqual([true, false, "a"]);
  });

  it("of another is not given back", async () => {
    const cluster = aCluster();
    const { lease } = aHolder(cluster, "a");
    await cluster.clock.advance(0);
    cluster.kube.edit(ref, { metadata: {}, spec: { holderIdentity: "b" } });
    await lease.release();
    expect(holder(cluster)).toBe("b");
  });

  it("is lost to somebody who took it", async () => {
    const cluster = aCluster();
    const { lost } = aHolder(cluster, "a");
    await cluster.clock.advance(0);
    cluster.kube.edit(ref, { metadata: {}, spec: { holderIdentity: "b" } });
    await cluster.clock.advance(3_000);
    expect(lost).toEqual(["b took it"]);
  });
});
