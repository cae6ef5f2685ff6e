import { describe, expect, it } from "vitest";
import type { Live, Ref } from "./kube.ts";
import { type ConfigMap, forced, type Given, ours } from "./kube-contract-given.ts";

const patient = { timeout: 60_000 };

/** How things go, and what goes with them. */
export function deleteContract({ kube, fresh, body, create, refused, pre, namespace }: Given): void {
  const held = async (ref: Ref, ...names: string[]) => {
    const finalizers = names.map((name) => `skypanel.io/${name}`);
    return (await kube().apply(ref, { metadata: { name: ref.name, namespace, finalizers } }, forced)).object;
  };
  const child = async (...owners: readonly Live[]) => {
    const ref = fresh();
    const ownerReferences = owners.map(({ metadata: { name, uid = "" } }) => {
      return { apiVersion: "v1", kind: "ConfigMap", name, uid };
    });
    const { object } = await kube().apply(ref, body(ref, {}, { ownerReferences }), ours);
    return { ref, object };
  };
  const isGone = (ref: Ref) =>
    expect.poll(() => refused(kube().get(ref)).catch(() => "still there"), patient).toBe("notFound");

  describe("an object that is held", () => {
    it("stays until the last of its finalizers is taken away", async () => {
      const ref = fresh();
      await kube().delete(ref, pre(await held(ref, "one", "two")));
      await held(ref, "two");
      expect((await kube().get(ref)).metadata.finalizers).toEqual(["skypanel.io/two"]);
      await held(ref);
      expect(await refused(kube().get(ref))).toBe("notFound");
    });

    it("takes no new finalizer once it is to go", async () => {
      const ref = fresh();
      await kube().delete(ref, pre(await held(ref, "one")));
      expect(await refused(held(ref, "one", "two"))).toBe("invalid");
      await held(ref);
    });

    it("may still be changed while it goes", async () => {
      const ref = fresh();
      await kube().delete(ref, pre(await held(ref, "one")));
      const metadata = { name: ref.name, namespace, finalizers: ["skypanel.io/one"] };
      const { object } = await kube().apply<ConfigMap>(ref, { metadata, data: { a: "1" } }, forced);
      expect(object.data).toEqual({ a: "1" });
      await held(ref);
    });

    it("goes no sooner when it is deleted again", async () => {
      const ref = fresh();
      await kube().delete(ref, pre(await held(ref, "one")));
      const first = await kube().get(ref);
      await kube().delete(ref, pre(first));
      expect((await kube().get(ref)).metadata.deletionTimestamp).toBe(first.metadata.deletionTimestamp);
      await held(ref);
    });
  });

  describe("collection", () => {
    it("takes what is owned by what is owned", async () => {
      const owner = await create(fresh());
      const first = await child(owner);
      const second = await child(first.object);
      await kube().delete({ ...first.ref, name: owner.metadata.name }, pre(owner));
      await isGone(first.ref);
      await isGone(second.ref);
    });

    it("leaves what has another owner", async () => {
      const [one, two] = [await create(fresh()), await create(fresh())];
      const shared = await child(one, two);
      const alone = await child(one);
      await kube().delete({ ...alone.ref, name: one.metadata.name }, pre(one));
      await isGone(alone.ref);
      expect((await kube().get(shared.ref)).metadata.uid).toBe(shared.object.metadata.uid);
    });

    it("takes what is made for an owner that is gone", async () => {
      const ref = fresh();
      const owner = await create(ref);
      await kube().delete(ref, pre(owner));
      await isGone((await child(owner)).ref);
    });
  });
}
