import { describe, expect, it } from "vitest";
import type { Ref } from "./kube.ts";
import { forced, type Given, ours } from "./kube-contract-given.ts";
import { ingresses } from "./resources.ts";

/** What becomes of a status. */
export function statusContract({ kube, fresh, refused, namespace }: Given): void {
  describe("status", () => {
    const rules = [
      {
        host: "contract.localhost",
        http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "x", port: { number: 80 } } } }] },
      },
    ];
    const ingress = ({ name }: Ref) => ({ metadata: { name, namespace }, spec: { ingressClassName: "nobody", rules } });
    const status = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } };

    it("is written apart from the rest and leaves the generation", async () => {
      const ref = fresh(ingresses);
      await kube().apply(ref, ingress(ref), ours);
      const { object } = await kube().apply(
        ref,
        { metadata: { name: ref.name, namespace }, status },
        { ...forced, status: true },
      );
      expect(object).toMatchObject({ status, spec: { ingressClassName: "nobody" }, metadata: { generation: 1 } });
    });

    it("stays when the rest is applied without it", async () => {
      const ref = fresh(ingresses);
      await kube().apply(ref, ingress(ref), ours);
      await kube().apply(ref, { metadata: { name: ref.name, namespace }, status }, { ...forced, status: true });
      const asked = { ...ingress(ref), spec: { ingressClassName: "nobody-else", rules } };
      const { object } = await kube().apply(ref, asked, forced);
      expect(object).toMatchObject({ status, metadata: { generation: 2 } });
    });

    it("takes nothing else with it, and is left out of the rest", async () => {
      const ref = fresh(ingresses);
      const { object } = await kube().apply(ref, { ...ingress(ref), status }, ours);
      expect(object).not.toMatchObject({ status });
      const asked = { ...ingress(ref), spec: { ingressClassName: "nobody-else", rules }, status };
      const written = await kube().apply(ref, asked, { ...forced, status: true });
      expect(written.object).toMatchObject({ status, spec: { ingressClassName: "nobody" } });
    });

    it("is not written over a version that is old", async () => {
      const ref = fresh(ingresses);
      const { object } = await kube().apply(ref, ingress(ref), ours);
      const labelled = { ...ingress(ref), metadata: { name: ref.name, namespace, labels: { a: "1" } } };
      expect((await kube().apply(ref, labelled, forced)).object.metadata.generation).toBe(1);
      const metadata = { name: ref.name, namespace, resourceVersion: object.metadata.resourceVersion };
      expect(await refused(kube().apply(ref, { metadata, status }, { ...forced, status: true }))).toBe("conflict");
    });

    it("is not made for an object that does not exist", async () => {
      const ref = fresh(ingresses);
      const made = kube().apply(ref, { metadata: { name: ref.name, namespace }, status }, { ...forced, status: true });
      expect(await refused(made)).toBe("notFound");
    });
  });
}
