import { readManifest } from "@skypanel/crds/manifest.ts";
import { API_VERSION, type KubeObject } from "@skypanel/crds/meta.ts";
import type { Live } from "../kube/kube.ts";
import { placeOf } from "./place.ts";
import { type ParsedTree, plan } from "./plan.ts";

/** A manifest as the control plane renders it, by the path of its file. */
export function aManifest(path: string, spec: object = {}, metadata: object = {}): Record<string, unknown> {
  const place = placeOf(path);
  if (place === undefined) throw new Error(`no file of ours: ${path}`);
  const { kind, name, tenant } = place;
  const usual: Record<string, object> = {
    App: {
      source: { image: { reference: "registry.example/shop:1" } },
      processes: [{ name: "web", type: "Web", port: 3000 }],
    },
    Sealed: { recipient: "age1x", values: {} },
  };
  const namespace = tenant === undefined ? {} : { namespace: `sp-${tenant}` };
  return {
    apiVersion: API_VERSION,
    kind: kind.kind,
    metadata: { name, ...namespace, ...metadata },
    spec: { ...usual[kind.kind], ...spec },
  };
}

type File = ParsedTree["files"][number];

/** A valid file of a tree; its blob id is that of its path unless told. */
export function aFile(path: string, spec: object = {}, metadata: object = {}, blob = `blob of ${path}`): File {
  const place = placeOf(path);
  if (place === undefined) throw new Error(`no file of ours: ${path}`);
  const read = readManifest(place.kind, aManifest(path, spec, metadata));
  if (!read.ok) throw new Error(read.problems[0]?.message);
  const object: KubeObject<object> = read.object;
  return { place, blob, object };
}

/** A whole tree with `cluster.yaml`. */
export function aTree(files: readonly File[], more: Partial<ParsedTree> = {}): ParsedTree {
  return { files: [aFile("cluster.yaml"), ...files], broken: [], isWhole: true, ...more };
}

/** The objects a cluster has once `tree` is applied. */
export function appliedTo(tree: ParsedTree): Live[] {
  return plan(tree, []).apply.map(({ manifest }, index) => {
    const metadata = { ...manifest.metadata, uid: `uid-${index}`, resourceVersion: "1" };
    return { ...structuredClone(manifest), metadata } as object as Live; // a manifest the plan made has all an object has
  });
}
