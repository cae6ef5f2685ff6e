import { describe, expect, it } from "vitest";
import { type ConfigMap, forced, type Given, ours, theirs } from "./kube-contract-given.ts";
import { configMaps, namespaces } from "./resources.ts";
import { neverHad } from "./versions.ts";

/** What an apply does. */
export function applyContract({ kube, fresh, body, create, refused, pre, namespace }: Given): void {
  describe("apply", () => {
    it("says that it created and gives uid and version", async () => {
      const ref = fresh();
      const { object, created } = await kube().apply<ConfigMap>(ref, body(ref, { a: "1" }), ours);
      expect(created).toBe(true);
      expect(object).toMatchObject({ kind: "ConfigMap", apiVersion: "v1", data: { a: "1" } });
      expect(object.metadata.uid).toBeTruthy();
      expect(object.metadata.resourceVersion).toMatch(/^\d+$/);
      expect(object.metadata.creationTimestamp).toMatch(/Z$/);
    });

    it("leaves the version alone when nothing changes", async () => {
      const ref = fresh();
      const first = await create(ref);
      const { object, created } = await kube().apply(ref, body(ref, { a: "1" }), forced);
      expect(created).toBe(false);
      expect(object.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    });

    it("raises the version with a change", async () => {
      const ref = fresh();
      const first = await create(ref);
      const { object } = await kube().apply(ref, body(ref, { a: "2" }), forced);
      expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion));
      expect(object.metadata.uid).toBe(first.metadata.uid);
    });

    it("refuses an old version", async () => {
      const ref = fresh();
      const first = await create(ref);
      await kube().apply(ref, body(ref, { a: "2" }), forced);
      expect(await refused(kube().apply(ref, body(ref, { a: "3" }, pre(first)), forced))).toBe("conflict");
    });

    it("refuses another uid at the same version", async () => {
      const ref = fresh();
      const { metadata } = await create(ref);
      const other = { uid: "another", resourceVersion: metadata.resourceVersion };
      expect(await refused(kube().apply(ref, body(ref, { a: "2" }, other), forced))).toBe("invalid");
    });

    it("refuses what was decided on an older object of the name", async () => {
      const ref = fresh();
      const first = await create(ref);
      await kube().delete(ref, pre(first));
      await create(ref);
      expect(await refused(kube().apply(ref, body(ref, { a: "2" }, pre(first)), forced))).toBe("conflict");
    });

    it("does not create what was decided on an object that is gone", async () => {
      const ref = fresh();
      const first = await create(ref);
      await kube().delete(ref, pre(first));
      expect(await refused(kube().apply(ref, body(ref, { a: "2" }, pre(first)), forced))).toBe("conflict");
    });

    it("only creates at a version that no object has", async () => {
      const ref = fresh();
      const onlyNew = { resourceVersion: neverHad };
      const { created } = await kube().apply(ref, body(ref, { a: "1" }, onlyNew), ours);
      expect(created).toBe(true);
      expect(await refused(kube().apply(ref, body(ref, { a: "2" }, onlyNew), ours))).toBe("conflict");
      expect((await kube().get<ConfigMap>(ref)).data).toEqual({ a: "1" });
    });

    it("does not take a field of another without force", async () => {
      const ref = fresh();
      await create(ref);
      expect(await refused(kube().apply(ref, body(ref, { a: "theirs" }), theirs))).toBe("conflict");
      expect((await kube().get<ConfigMap>(ref)).data).toEqual({ a: "1" });
    });

    it("takes a field of another with force", async () => {
      const ref = fresh();
      await create(ref);
      await kube().apply(ref, body(ref, { a: "theirs" }), { ...theirs, force: true });
      expect(await refused(kube().apply(ref, body(ref, { a: "ours" }), ours))).toBe("conflict");
    });

    it("shares a field on whose value both agree", async () => {
      const ref = fresh();
      await create(ref);
      const { created } = await kube().apply(ref, body(ref, { a: "1" }), theirs);
      expect(created).toBe(false);
    });

    it("removes a field that is no longer applied", async () => {
      const ref = fresh();
      await create(ref, { a: "1", b: "2" });
      const { object } = await kube().apply<ConfigMap>(ref, body(ref, { a: "1" }), forced);
      expect(object.data).toEqual({ a: "1" });
    });

    it("keeps a field that another applies too", async () => {
      const ref = fresh();
      await create(ref, { a: "1", b: "2" });
      await kube().apply(ref, body(ref, { b: "2" }), theirs);
      const { object } = await kube().apply<ConfigMap>(ref, body(ref, { a: "1" }), forced);
      expect(object.data).toEqual({ a: "1", b: "2" });
    });

    it("leaves fields of others alone", async () => {
      const ref = fresh();
      await create(ref);
      await kube().apply(ref, body(ref, { other: "x" }), theirs);
      const { object } = await kube().apply<ConfigMap>(ref, body(ref, { a: "2" }), forced);
      expect(object.data).toEqual({ a: "2", other: "x" });
    });

    it("lets go of every field by the bare identity", async () => {
      const ref = fresh();
      await create(ref);
      await kube().apply(ref, { metadata: { name: ref.name, namespace } }, ours);
      expect((await kube().get<ConfigMap>(ref)).data ?? {}).toEqual({});
    });

    it("creates nothing in a namespace that does not exist", async () => {
      const ref = { resource: configMaps, namespace: `${namespace}-no`, name: "x" };
      expect(await refused(kube().apply(ref, { metadata: { name: "x", namespace: `${namespace}-no` } }, ours))).toBe(
        "notFound",
      );
    });

    it("creates nothing in a namespace that goes", async () => {
      const going = `${namespace}-going`;
      const home = { resource: namespaces, name: going };
      await kube().apply(home, { metadata: { name: going } }, ours);
      const stays = { resource: configMaps, namespace: going, name: "stays" };
      const held = { metadata: { name: "stays", namespace: going, finalizers: ["paas.skypanel.io/cleanup"] } };
      await kube().apply(stays, held, ours);
      await kube().delete(home, pre(await kube().get(home)));
      const late = { metadata: { name: "late", namespace: going } };
      expect(await refused(kube().apply({ ...stays, name: "late" }, late, ours))).toBe("terminating");
      await kube().apply(stays, { metadata: { name: "stays", namespace: going } }, ours);
    });
  });
}
