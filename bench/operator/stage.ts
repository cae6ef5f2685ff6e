import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { engineer, type Hands, handsAtWork } from "../../operator/src/hands-at-work.ts";
import type { JsonObject, Live, Ref, Resource } from "../../operator/src/kube/kube.ts";
import { accessSource } from "../../operator/src/kube/kubeconfig.ts";
import { namespaces } from "../../operator/src/kube/resources.ts";
import { runLabel } from "./wave.ts";

/** A cluster as the bench uses it: its own hands, apart from those of the programs, and what it must clear away. */
export interface Stage {
  /** The name of this run; everything made bears it. */
  readonly run: string;
  readonly kubeconfig: string;
  readonly server: { readonly url: string; readonly ca: string };
  /** For crowds, and for the one change that is measured beside a crowd: it must not queue behind the others. */
  readonly hands: Hands;
  readonly single: Hands;
  readonly kubernetes: string;
  /** A folder that only this run uses. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Applies an object that bears the run's label. */
  put(ref: Ref, body?: JsonObject): Promise<Live>;
  /** Deletes namespaces or Tenants, and waits until they are gone with all that was in them. */
  clear(of: Resource, names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens the cluster of `kubeconfig`, and clears what a run that was killed has left in it. */
export async function openStage(kubeconfig: string, signal: AbortSignal): Promise<Stage> {
  const run = `bench-${randomUUID().slice(0, 5)}`;
  const labels = { [runLabel]: run };
  const [hands, single] = [await handsAtWork(kubeconfig, labels), await handsAtWork(kubeconfig, labels)];
  const { server, ca = "" } = await accessSource({ KUBECONFIG: kubeconfig }).read();
  const put: Stage["put"] = async (ref, body = {}) => {
    const metadata = Object(body.metadata) as JsonObject; // a manifest's
    const place = { name: ref.name, ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }) };
    const whole = { ...metadata, ...place, labels: { ...Object(metadata.labels), ...labels } };
    return (await hands.kube.apply(ref, { ...body, metadata: whole }, engineer)).object;
  };
  const clear: Stage["clear"] = async (of, names) => {
    const refs = names.map((name) => ({ resource: of, name }));
    await Promise.all(refs.map(hands.remove));
    for (const ref of refs) while ((await hands.find(ref)) !== undefined) await systemClock.sleep(250);
  };
  await clear(namespaces, await leftNamespaces(hands));
  return {
    ...{ run, kubeconfig, server: { url: server, ca }, hands, single, signal, put, clear },
    kubernetes: await versionOf(hands),
    folder: join(tmpdir(), `skypanel-${run}`),
    close: async () => {
      await Promise.all([hands.close(), single.close()]);
    },
  };
}

async function leftNamespaces({ kube }: Hands): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { items } of kube.list(namespaces, { labelSelector: runLabel, limit: 500 })) {
    names.push(...items.map(({ metadata }) => metadata.name));
  }
  return names;
}

const nodes: Resource = { group: "", version: "v1", kind: "Node", plural: "nodes", namespaced: false };

/** The version of Kubernetes, as its first machine says. */
async function versionOf({ kube }: Hands): Promise<string> {
  type Node = Live & { readonly status?: { readonly nodeInfo?: { readonly kubeletVersion?: string } } };
  for await (const { items } of kube.list<Node>(nodes, { limit: 1 })) {
    return items[0]?.status?.nodeInfo?.kubeletVersion ?? "unknown";
  }
  return "unknown";
}
