import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StateSource, stateSource, stateSourceSpec } from "@skypanel/crds/kinds/state-source.ts";
import { API_VERSION } from "@skypanel/crds/meta.ts";
import { writeYaml } from "@skypanel/crds/yaml.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { Registry } from "prom-client";
import { expect, vi } from "vitest";
import { failTest, silent } from "../../operator/src/kube/a-world.ts";
import { breaker } from "../../operator/src/kube/breaker.ts";
import type { JsonObject, Live, Ref } from "../../operator/src/kube/kube.ts";
import { startManager } from "../../operator/src/kube/manager.ts";
import { memoryKube } from "../../operator/src/kube/memory-kube.ts";
import { kubeMetrics } from "../../operator/src/kube/metrics.ts";
import { namespaces, resourceOf } from "../../operator/src/kube/resources.ts";
import { aManifest } from "../../operator/src/state/a-tree.ts";
import { startState } from "../../operator/src/state/controller.ts";
import { placeOf, stateKinds } from "../../operator/src/state/place.ts";
import { stateMetrics } from "../../operator/src/state-metrics.ts";

const home = "skypanel-system";
const sourceRef: Ref = { resource: resourceOf(stateSource), namespace: home, name: "skypanel" };
const receiptMs = 30_000;

/** The file of a valid manifest at `path`, as the control plane writes it. */
export function aStateFile(path: string, spec: object = {}): Record<string, string> {
  return { [path]: writeYaml(aManifest(path, spec)) };
}

/** Where the object of the file at `path` is. */
export function refOf(path: string): Ref {
  const place = placeOf(path);
  if (place === undefined) throw new Error(`no file of ours: ${path}`);
  const namespace = place.tenant === undefined ? {} : { namespace: `sp-${place.tenant}` };
  return { resource: resourceOf(place.kind), name: place.name, ...namespace };
}

/** A git source at work on a model of a cluster, whose remote is `url`. */
export type ASource = Awaited<ReturnType<typeof aSource>>;

/** Starts one; the namespaces of `tenants` are there. */
export async function aSource(url: () => string | undefined, tenants: readonly string[] = ["acme"]) {
  const directory = await mkdtemp(join(tmpdir(), "skypanel-state-"));
  const kube = memoryKube(systemClock);
  const registry = new Registry();
  const shared = { kube, clock: systemClock, random: () => 0.5, log: silent, newId: () => "run" };
  const manager = startManager({
    ...{ ...shared, metrics: kubeMetrics(registry), identity: "test", scope: () => "managed", tenantOf: () => "t" },
    controllers: [],
    alsoWatch: [...[stateSource, ...stateKinds].map(resourceOf), namespaces],
    lease: { held: Promise.resolve(), release: async () => {} },
    onBroken: failTest,
    breaker: breaker({ clock: systemClock, random: () => 0.5, probe: async () => true }),
  });
  await manager.leading;
  const addNamespace = (name: string, labels: Record<string, string> = {}) =>
    kube.edit({ resource: namespaces, name }, { apiVersion: "v1", kind: "Namespace", metadata: { labels } });
  for (const name of [home, ...tenants.map((tenant) => `sp-${tenant}`)]) addNamespace(name);
  /** Changes the spec, the annotations, or both. */
  const ask = (spec: object = {}, annotations: Record<string, string> = {}) => {
    const asked = stateSourceSpec.parse(spec) as JsonObject; // plain JSON
    kube.edit(sourceRef, { apiVersion: API_VERSION, kind: "StateSource", metadata: { annotations }, spec: asked });
  };
  ask();
  const state = startState({
    ...{ ...shared, metrics: stateMetrics(registry), store: manager.store },
    ...{ namespace: home, name: "skypanel", directory, allowInsecure: true },
    remote: async () => {
      const address = url();
      return address === undefined ? undefined : { url: address, token: "t" };
    },
  });
  const source = () => kube.find(sourceRef) as (Live & StateSource) | undefined; // of that collection
  let asked = 0;
  return {
    kube,
    state,
    source,
    ask,
    addNamespace,
    find: (path: string) => kube.find(refOf(path)),
    calls: (verb: string) => kube.calls.filter((call) => call.startsWith(verb) && !call.includes("statesources")),
    /** The value of a metric of the state. */
    measured: async (name: string) => (await registry.getSingleMetric(name)?.get())?.values[0]?.value,
    /** Asks for a look by annotation, and returns the status that look gave its receipt with. */
    looked: async (spec: object = {}) => {
      asked += 1;
      const receipt = String(asked);
      ask(spec, { "paas.skypanel.io/reconcile-at": receipt });
      const handled = () => expect(source()?.status?.lastHandledReconcileAt).toBe(receipt);
      await vi.waitFor(handled, { timeout: receiptMs });
      return source()?.status;
    },
    /** Pokes, and waits for a status of that phase and commit. */
    reached: async (phase: string, sequence: number) => {
      state.poke();
      const isThere = () => expect(source()?.status).toMatchObject({ phase, fetched: { sequence } });
      await vi.waitFor(isThere, { timeout: receiptMs });
      return source()?.status;
    },
    stop: async () => {
      await state.stop();
      await manager.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
