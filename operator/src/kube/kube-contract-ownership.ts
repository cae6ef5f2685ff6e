import { describe, expect, it } from "vitest";
import type { KubeError } from "./kube.ts";
import { type ConfigMap, forced, type Given, ours, theirs } from "./kube-contract-given.ts";

/** Who owns which field, and what follows from it. */
export function ownershipContract({ kube, fresh, body, create, refused, namespace }: Given): void {
  describe("ownership", () => {
    it("tells whose field it is that was not taken", async () => {
      const ref = fresh();
      await create(ref);
      const error: KubeError = await kube()
        .apply(ref, body(ref, { a: "theirs" }), theirs)
        .then(
          () => expect.unreachable("it was accepted"),
          (why: KubeError) => why,
        );
      expect(error).toMatchObject({ kind: "conflict", status: 409, outcomeKnown: true });
      expect(error.message).toContain("skypanel-operator");
    });

    it("takes all or nothing", async () => {
      const ref = fresh();
      await create(ref);
      expect(await refused(kube().apply(ref, body(ref, { a: "theirs", b: "new" }), theirs))).toBe("conflict");
      expect((await kube().get<ConfigMap>(ref)).data).toEqual({ a: "1" });
    });

    it("leaves what was taken when the one who lost it lets go", async () => {
      const ref = fresh();
      await create(ref, { a: "1", b: "2" });
      await kube().apply(ref, body(ref, { a: "theirs" }), { ...theirs, force: true });
      const { object } = await kube().apply<ConfigMap>(ref, body(ref, { b: "2" }), ours);
      expect(object.data).toEqual({ a: "theirs", b: "2" });
    });

    it("removes a shared field when the last of its owners lets go", async () => {
      const ref = fresh();
      await create(ref, { a: "1", b: "2" });
      await kube().apply(ref, body(ref, { b: "2" }), theirs);
      await kube().apply(ref, body(ref, { a: "1" }), ours);
      const { object } = await kube().apply<ConfigMap>(ref, body(ref, {}), theirs);
      expect(object.data).toEqual({ a: "1" });
    });

    it("does not change a shared field without force", async () => {
      const ref = fresh();
      await create(ref);
      await kube().apply(ref, body(ref, { a: "1" }), theirs);
      expect(await refused(kube().apply(ref, body(ref, { a: "2" }), ours))).toBe("conflict");
      const { object } = await kube().apply<ConfigMap>(ref, body(ref, { a: "2" }), forced);
      expect(object.data).toEqual({ a: "2" });
    });

    it("is of each label by itself", async () => {
      const ref = fresh();
      const labelled = (labels: Record<string, string>) => ({ metadata: { name: ref.name, namespace, labels } });
      await kube().apply(ref, labelled({ mine: "1", both: "1" }), ours);
      await kube().apply(ref, labelled({ theirs: "1", both: "1" }), theirs);
      const { object } = await kube().apply(ref, { metadata: { name: ref.name, namespace } }, ours);
      expect(object.metadata.labels).toEqual({ theirs: "1", both: "1" });
    });

    it("is of each finalizer by itself", async () => {
      const ref = fresh();
      const held = (name: string) => ({ metadata: { name: ref.name, namespace, finalizers: [`skypanel.io/${name}`] } });
      await kube().apply(ref, held("mine"), ours);
      const both = await kube().apply(ref, held("theirs"), theirs);
      expect([...(both.object.metadata.finalizers ?? [])].sort()).toEqual(["skypanel.io/mine", "skypanel.io/theirs"]);
      const bare = { metadata: { name: ref.name, namespace } };
      expect((await kube().apply(ref, bare, ours)).object.metadata.finalizers).toEqual(["skypanel.io/theirs"]);
      expect((await kube().apply(ref, bare, theirs)).object.metadata.finalizers ?? []).toEqual([]);
    });
  });
}
