import { describe, expect, it } from "vitest";
import { type ConfigMap, forced, type Given, gathered, ours } from "./kube-contract-given.ts";
import { configMaps, resourceOf } from "./resources.ts";

/** What get, delete and list do. */
export function readContract({ kube, fresh, body, create, refused, pre, namespace }: Given): void {
  describe("get and delete", () => {
    it("finds nothing where nothing is", async () => {
      expect(await refused(kube().get(fresh()))).toBe("notFound");
    });

    it("gives metadata alone when asked", async () => {
      const ref = fresh();
      await create(ref);
      const object = await kube().get<ConfigMap>(ref, { metadataOnly: true });
      expect(object.metadata.name).toBe(ref.name);
      expect(object.data).toBeUndefined();
    });

    it("gives all of the metadata", async () => {
      const ref = fresh();
      const metadata = { labels: { a: "1" }, annotations: { b: "2" } };
      const { object } = await kube().apply(ref, body(ref, { a: "1" }, metadata), ours);
      const { uid, resourceVersion } = object.metadata;
      const seen = await kube().get(ref, { metadataOnly: true });
      expect(seen.metadata).toMatchObject({ ...metadata, uid, resourceVersion });
    });

    it("finds no metadata where nothing is", async () => {
      await expect(kube().get(fresh(), { metadataOnly: true })).rejects.toMatchObject({
        kind: "notFound",
        status: 404,
      });
    });

    it("deletes only the very object decided on", async () => {
      const ref = fresh();
      const first = await create(ref);
      const { object } = await kube().apply(ref, body(ref, { a: "2" }), forced);
      expect(await refused(kube().delete(ref, pre(first)))).toBe("conflict");
      expect(await refused(kube().delete(ref, { ...pre(object), uid: "another" }))).toBe("conflict");
      await kube().delete(ref, pre(object));
      expect(await refused(kube().get(ref))).toBe("notFound");
    });

    it("finds nothing to delete", async () => {
      expect(await refused(kube().delete(fresh(), { uid: "x", resourceVersion: "1" }))).toBe("notFound");
    });

    it("keeps what has a finalizer until it is taken away", async () => {
      const ref = fresh();
      const bare = { metadata: { name: ref.name, namespace } };
      await kube().apply(ref, { metadata: { ...bare.metadata, finalizers: ["paas.skypanel.io/cleanup"] } }, ours);
      await kube().delete(ref, pre(await kube().get(ref)));
      expect((await kube().get(ref)).metadata.deletionTimestamp).toBeTruthy();
      await kube().apply(ref, bare, forced);
      expect(await refused(kube().get(ref))).toBe("notFound");
    });

    it("collects what an owner leaves behind", async () => {
      const [parent, child] = [fresh(), fresh()];
      const owner = await create(parent);
      const { uid = "" } = owner.metadata;
      const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: parent.name, uid }];
      await kube().apply(child, { metadata: { name: child.name, namespace, ownerReferences }, data: {} }, ours);
      await kube().delete(parent, pre(owner));
      await expect
        .poll(() => refused(kube().get(child)).catch(() => "still there"), { timeout: 30_000 })
        .toBe("notFound");
    });

    it("ends with the reason of an aborted signal", async () => {
      const why = new Error("enough");
      const read = kube().get(fresh(), { signal: AbortSignal.abort(why) });
      await expect(read).rejects.toBe(why);
    });
  });

  describe("list", () => {
    it("gives pages with the collection's version", async () => {
      const labels = { page: "yes" };
      const refs = [fresh(), fresh(), fresh()];
      for (const ref of refs) await kube().apply(ref, body(ref, {}, { labels }), ours);
      const pages = await gathered(kube().list(configMaps, { namespace, labelSelector: "page=yes", limit: 2 }));
      expect(pages.map(({ items }) => items.length)).toEqual([2, 1]);
      expect(pages[0]?.resourceVersion).toMatch(/^\d+$/);
      expect(pages[0]?.items[0]).toMatchObject({ kind: "ConfigMap", apiVersion: "v1" });
    });

    it("finds no collection that is not installed", async () => {
      const unknown = resourceOf({
        group: "nobody.skypanel.io",
        version: "v1",
        kind: "Nothing",
        plural: "nothings",
        scope: "Cluster",
      });
      const asked = gathered(kube().list(unknown, { limit: 1 }));
      expect(await refused(asked)).toBe("notFound");
    });
  });
}
