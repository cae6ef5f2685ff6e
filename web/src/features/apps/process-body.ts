import type { Input } from "../../api/client.ts";

type NewApp = Input<"POST /orgs/{org}/apps">["body"];

/** A process as the API takes it, and as a form edits it. */
export type ProcessInput = NewApp["processes"][number];

/** The part of a form that edits processes. */
export interface ProcessesInput {
  processes: ProcessInput[];
}

/** The process that "Add process" begins with: a web one, or beside that a worker under a name that is free. */
export function nextProcess(all: readonly ProcessInput[]): ProcessInput {
  const size = { command: [], replicas: 1, cpuMillicores: 250, memoryMiB: 256 };
  if (!all.some(({ type }) => type === "Web")) return { name: freeName("web", all), type: "Web", port: 8080, ...size };
  return { name: freeName("worker", all), type: "Worker", ...size };
}

function freeName(wanted: string, all: readonly ProcessInput[]): string {
  const taken = new Set(all.map(({ name }) => name));
  const tries = [wanted, ...all.map((_, index) => `${wanted}-${index + 2}`)];
  return tries.find((name) => !taken.has(name)) ?? "";
}

/**
 * The form's values without what is not asked: a Worker has no port and no health check, whatever its type was before, and
 * a health check of empty fields is none.
 */
export function tidied<T extends { processes?: ProcessInput[] | undefined }>(values: T): T {
  return values.processes ? { ...values, processes: values.processes.map(tidyProcess) } : values;
}

function tidyProcess({ port, health, ...process }: ProcessInput): ProcessInput {
  if (process.type === "Worker") return process;
  const isChecked = Object.values(health ?? {}).some((value) => value !== undefined);
  return { ...process, ...(port === undefined ? {} : { port }), ...(health && isChecked ? { health } : {}) };
}
