import { describe, expect, it } from "vitest";
import { isChildOf, ownerUidLabel, ownerUids, recordOf, withoutRecord, withRecord } from "./inventory.ts";
import type { Live } from "./kube.ts";

const owner = { apiVersion: "paas.skypanel.io/v1alpha1", kind: "App", name: "web" };
const object = (metadata: Partial<Live["metadata"]>): Live => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "x", ...metadata },
});

describe("a child", () => {
  it("is known by our label or by owner reference", () => {
    const labelled = object({ labels: { [ownerUidLabel]: "u1" } });
    const owned = object({ ownerReferences: [{ ...owner, uid: "u1" }] });
    expect([labelled, owned, object({})].map((one) => isChildOf(one, "u1"))).toEqual([true, true, false]);
    expect(
      ownerUids(object({ labels: { [ownerUidLabel]: "u1" }, ownerReferences: [{ ...owner, uid: "u2" }] })),
    ).toEqual(["u1", "u2"]);
  });

  it("is not what inherited our labels from a child", () => {
    const pod = object({
      labels: { [ownerUidLabel]: "u1" },
      ownerReferences: [{ ...owner, kind: "ReplicaSet", uid: "u9", controller: true }],
    });
    expect(isChildOf(pod, "u1")).toBe(false);
  });
});

describe("the record of unwatched children", () => {
  const a = { kind: "Secret", name: "a", hash: "1" };
  const b = { kind: "Secret", name: "b", hash: "2" };

  it("holds one entry per kind and name, sorted", () => {
    const all = withRecord(withRecord(withRecord([], b), a), { ...b, hash: "3", uid: "u" });
    expect(all).toEqual([a, { ...b, hash: "3", uid: "u" }]);
    expect(recordOf(all, { kind: "Secret", name: "b" })?.hash).toBe("3");
  });

  it("forgets one entry alone", () => {
    expect(withoutRecord([a, b], b)).toEqual([a]);
    expect(recordOf([a], { kind: "ConfigMap", name: "a" })).toBeUndefined();
  });
});
