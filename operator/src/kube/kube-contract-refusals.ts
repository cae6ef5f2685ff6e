import { describe, expect, it } from "vitest";
import type { JsonObject, Ref, Resource } from "./kube.ts";
import { type ConfigMap, forced, type Given, ours } from "./kube-contract-given.ts";
import { deployments, roleBindings, secrets } from "./resources.ts";

/** What an apply refuses, and what it does not mind. */
export function refusalContract({ kube, fresh, body, create, refused, pre, namespace }: Given): void {
  describe("identity", () => {
    it("accepts the right uid without a version", async () => {
      const ref = fresh();
      const { metadata } = await create(ref);
      const { object } = await kube().apply<ConfigMap>(ref, body(ref, { a: "2" }, { uid: metadata.uid }), forced);
      expect(object.data).toEqual({ a: "2" });
    });

    it("refuses an old version without a uid", async () => {
      const ref = fresh();
      const { metadata } = await create(ref);
      await kube().apply(ref, body(ref, { a: "2" }), forced);
      const { resourceVersion } = metadata;
      expect(await refused(kube().apply(ref, body(ref, { a: "3" }, { resourceVersion }), forced))).toBe("conflict");
    });

    it("refuses another name or namespace than that of the place", async () => {
      const ref = fresh();
      for (const metadata of [{ name: "another" }, { namespace: "another" }]) {
        expect(await refused(kube().apply(ref, body(ref, {}, metadata), ours))).toBe("invalid");
      }
    });

    it("refuses a name that is none", async () => {
      for (const name of ["Upper", "under_score", "-dash", "x".repeat(254)]) {
        expect(await refused(kube().apply({ ...fresh(), name }, { metadata: { name, namespace } }, ours))).toBe(
          "invalid",
        );
      }
    });

    it("keeps uid and time of creation over all changes", async () => {
      const ref = fresh();
      const { metadata } = await create(ref);
      const { object } = await kube().apply(ref, body(ref, { a: "2" }), forced);
      expect(object.metadata).toMatchObject({ uid: metadata.uid, creationTimestamp: metadata.creationTimestamp });
    });

    it("gives a name that comes again another uid", async () => {
      const ref = fresh();
      const first = await create(ref);
      await kube().delete(ref, pre(first));
      expect((await create(ref)).metadata.uid).not.toBe(first.metadata.uid);
    });
  });

  describe("what cannot change", () => {
    const labels = { app: "x" };
    const container = { name: "c", image: "localhost/nothing:1" };
    const template = { metadata: { labels: { app: "x", other: "y" } }, spec: { containers: [container] } };
    const deployment = (matchLabels: JsonObject) => ({ spec: { replicas: 0, selector: { matchLabels }, template } });
    const roleRef = (name: string) => ({
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    });
    it.each<readonly [string, Resource, JsonObject, JsonObject]>([
      ["a Secret's type", secrets, { type: "skypanel.io/one" }, { type: "skypanel.io/two" }],
      [
        "an immutable Secret",
        secrets,
        { immutable: true, data: { a: "MQ==" } },
        { immutable: true, data: { a: "Mg==" } },
      ],
      ["a Deployment's selector", deployments, deployment(labels), deployment({ other: "y" })],
      ["a RoleBinding's role", roleBindings, roleRef("view"), roleRef("edit")],
    ])("is %s", async (_, resource, before, after) => {
      const ref: Ref = fresh(resource);
      const metadata = { name: ref.name, namespace };
      await kube().apply(ref, { metadata, ...before }, ours);
      expect(await refused(kube().apply(ref, { metadata, ...after }, forced))).toBe("invalid");
      const labelled = { metadata: { ...metadata, labels: { changed: "yes" } }, ...before };
      expect((await kube().apply(ref, labelled, forced)).created).toBe(false);
    });
  });
}
