import { parseCpu, parseMemory } from "@skypanel/crds/quantity.ts";
import { z } from "zod";
import type { app, appSummary } from "../../contract/apps/apps.ts";
import type { ProcessInput } from "../../contract/apps/processes.ts";
import type { ShownRow } from "../../repositories/apps/shown.ts";
import { phaseOf } from "../fleet/row-phase.ts";
import { type Observed, observedOf } from "./observed.ts";
import { instant, statusOf } from "./status.ts";

export type AppView = z.infer<typeof app>;
export type AppSummary = z.infer<typeof appSummary>;

const MiB = 1024 * 1024;

/** A line of the list of apps. */
export function summaryOf(row: ShownRow): AppSummary {
  const observed = observedOf(row.status);
  const cluster = phaseOf(row);
  // Without a file there is no blob id: an engineer's generation is what tells old from new.
  const isOurs = row.managedBy === "control-plane";
  const generation = observed?.observedGeneration ?? null;
  const theirs = specOf(row);
  return {
    id: row.id,
    name: row.name,
    title: row.title,
    managedBy: row.managedBy,
    cluster: {
      slug: row.clusterSlug,
      name: row.clusterName,
      phase: cluster,
      lastHeartbeatAt: row.lastHeartbeatAt?.toISOString() ?? null,
    },
    namespace: row.namespace,
    image: row.image ?? theirs?.source.image.reference ?? null,
    state: row.state ?? theirs?.state ?? "Running",
    revision: row.revision ?? String(row.generation ?? 0),
    status: statusOf({
      observed,
      observedRevision: isOurs ? (observed?.revision ?? null) : generation === null ? null : String(generation),
      cluster,
      heardAt: heardAt(row),
      createdAt: (row.createdAt ?? row.updatedAt).getTime(),
      now: row.now.getTime(),
    }),
    updatedAt: row.updatedAt.toISOString(),
    updatedBy: row.updatedBy,
  };
}

/** An app's whole page: what is asked, what was observed, and the names of its variables. */
export function appView(row: ShownRow, variableKeys: string[]): AppView {
  const observed = observedOf(row.status);
  return {
    ...summaryOf(row),
    processes: row.processes ? row.processes.map(asked) : (specOf(row)?.processes ?? []),
    instances: (observed?.instances ?? []).map(instanceOf),
    conditions: (observed?.conditions ?? []).map(({ lastTransitionTime, ...condition }) => ({
      ...condition,
      since: instant(lastTransitionTime),
    })),
    variableKeys,
    createdAt: row.createdAt?.toISOString() ?? null,
  };
}

/** The last sign of life: a heartbeat, or the report that brought the observation. */
function heardAt({ lastHeartbeatAt, receivedAt }: ShownRow): number | undefined {
  const newest = Math.max(lastHeartbeatAt?.getTime() ?? 0, receivedAt?.getTime() ?? 0);
  return newest === 0 ? undefined : newest;
}

function asked({ port, health, ...process }: ProcessInput): AppView["processes"][number] {
  return { ...process, port: port ?? null, health: health ?? null };
}

function instanceOf({ startedAt, lastExitCode, reason, ...instance }: Observed["instances"][number]) {
  return {
    ...instance,
    ready: instance.state === "Ready",
    startedAt: startedAt ?? null,
    lastExitCode: lastExitCode ?? null,
    reason: reason ?? null,
  };
}

// What an engineer applied, as far as the panel shows it. The API server has checked it; the worker that passed it on has not.
const quantity = z.union([z.string().max(40), z.number()]);
const spec = z.object({
  source: z.object({ image: z.object({ reference: z.string() }) }),
  state: z.enum(["Running", "Stopped"]).catch("Running"),
  processes: z
    .array(
      z.object({
        name: z.string(),
        type: z.enum(["Web", "Worker"]),
        command: z.array(z.string()).catch([]),
        port: z.int().nullable().catch(null),
        replicas: z.int().min(0).catch(1),
        resources: z.object({ cpu: quantity.catch(0), memory: quantity.catch(0) }).catch({ cpu: 0, memory: 0 }),
      }),
    )
    .max(10),
});

function specOf(row: ShownRow) {
  const read = row.id === null ? spec.safeParse(row.spec).data : undefined;
  if (!read) return undefined;
  const processes = read.processes.map(({ resources, ...process }) => ({
    ...process,
    cpuMillicores: parseCpu(resources.cpu) ?? 0,
    memoryMiB: Math.ceil((parseMemory(resources.memory) ?? 0) / MiB),
    health: null,
  }));
  return { ...read, processes };
}
