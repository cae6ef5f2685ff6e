import type { ProcessInput } from "../../contract/apps/processes.ts";

/** What an editor may change of an app. */
interface Editable {
  title: string;
  image: string;
  processes: readonly ProcessInput[];
  state: "Running" | "Stopped";
}

const fields = ["title", "image", "processes", "state"] as const;

/** Old and new values of the fields that differ: what activity tells. */
export function changedFields(before: Editable, after: Editable) {
  const changed = fields.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const pick = (app: Editable) => Object.fromEntries(changed.map((name) => [name, app[name]]));
  return { before: pick(before), after: pick(after) };
}

export type Resized = { k: "resized"; processes: ProcessInput[] } | { k: "unknown"; name: string; index: number };

/** The processes with the replicas that were asked for; the first one nobody knows, if there is one. */
export function resized(
  processes: readonly ProcessInput[],
  sizes: readonly { name: string; replicas: number }[],
): Resized {
  const index = sizes.findIndex(({ name }) => !processes.some((process) => process.name === name));
  const unknown = sizes[index];
  if (unknown) return { k: "unknown", name: unknown.name, index };
  const wanted = new Map(sizes.map(({ name, replicas }) => [name, replicas]));
  return {
    k: "resized",
    processes: processes.map((process) => ({ ...process, replicas: wanted.get(process.name) ?? process.replicas })),
  };
}
