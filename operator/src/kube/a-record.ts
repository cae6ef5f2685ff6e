import { ownerUidLabel } from "./inventory.ts";
import type { Json, JsonObject, Live, Ref, Resource } from "./kube.ts";
import type { MemoryKube } from "./memory-kube.ts";

/** One write, with what the server held before and after it. */
export interface Write {
  readonly verb: "apply" | "status" | "delete";
  readonly ref: Ref;
  readonly body: JsonObject;
  readonly before: Live | undefined;
  readonly after: Live | undefined;
}

/** True if the write changed something. */
export function tookEffect({ before, after }: Write): boolean {
  return before?.metadata.resourceVersion !== after?.metadata.resourceVersion;
}

/** `kube`, with every write noted in `writes` once it has an answer; events are no state. */
export function recorded(kube: MemoryKube, writes: Write[]): MemoryKube {
  const note = async <T>(verb: Write["verb"], ref: Ref, body: JsonObject, work: () => Promise<T>): Promise<T> => {
    const before = kube.find(ref);
    try {
      return await work();
    } finally {
      if (ref.resource.plural !== "events") writes.push({ verb, ref, body, before, after: kube.find(ref) });
    }
  };
  return {
    ...kube,
    apply: (ref, body, options) =>
      note(options.status ? "status" : "apply", ref, body, () => kube.apply(ref, body, options)),
    delete: (ref, precondition) => {
      const { uid, resourceVersion } = precondition;
      return note("delete", ref, { uid, resourceVersion }, () => kube.delete(ref, precondition));
    },
  };
}

const fleeting = new Set([
  "uid",
  "resourceVersion",
  "version",
  "generation",
  "observedGeneration",
  "creationTimestamp",
  "lastTransitionTime",
  "observedAt",
  "hash",
  ownerUidLabel,
  "paas.skypanel.io/applied",
]);

/** All objects of the resources, without what differs between two clusters that are the same. */
export async function dumped(kube: MemoryKube, resources: readonly Resource[]): Promise<readonly Json[]> {
  const all: Json[] = [];
  for (const resource of resources) {
    for await (const { items } of kube.list(resource, { limit: 10_000 })) {
      for (const item of items) all.push(lasting(item as Live & JsonObject)); // plain JSON
    }
  }
  return all.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function lasting(value: Json): Json {
  if (Array.isArray(value)) return value.map(lasting);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.flatMap(([name, field]) => (fleeting.has(name) || field === undefined ? [] : [[name, lasting(field)]])),
  );
}
