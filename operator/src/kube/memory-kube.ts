import type { Clock } from "@skypanel/runtime/clock.ts";
import {
  type JsonObject,
  type Kube,
  KubeError,
  type Live,
  type Precondition,
  type Ref,
  type WatchEvent,
} from "./kube.ts";
import { applied } from "./memory-apply.ts";
import { memoryObjects, type Stored } from "./memory-objects.ts";
import { checkChange, checkPlace } from "./memory-rules.ts";
import { isSelected } from "./memory-selector.ts";
import { type MemoryWatches, memoryWatches } from "./memory-watch.ts";
import { resourceName } from "./resources.ts";
import { keyOfRef } from "./store.ts";

interface Fault {
  readonly matches: string;
  readonly error: KubeError;
  readonly effect: "before" | "after";
}

/** What tests do to the cluster that the operator cannot. */
export interface MemoryKube extends Kube {
  /** Calls so far, "verb resource/key" each. */
  readonly calls: string[];
  /** Applies as somebody else, with force. */
  edit(ref: Ref, body: JsonObject): Live;
  /** Deletes without precondition. */
  remove(ref: Ref): void;
  find(ref: Ref): Live | undefined;
  /** The next call whose text holds `matches` fails with `error`, before or after its effect. */
  failNext(matches: string, error: KubeError, effect?: Fault["effect"]): void;
  /** Takes back the faults that have not struck yet, of watches too; what was held goes on. */
  heal(): void;
  /** Collections the cluster does not have, by name. */
  readonly absent: Set<string>;
  readonly watches: MemoryWatches;
}

/** An API server in memory: versions, preconditions, server-side apply, watches, finalizers, owner collection. */
export function memoryKube(clock: Pick<Clock, "now">): MemoryKube {
  const objects = memoryObjects(clock, (ref, type, object, before) => watches.tell(ref.resource, type, object, before));
  const watches = memoryWatches({
    objects: (resource) => objects.of(resource).map(({ object }) => object),
    version: objects.version,
  });
  const faults: Fault[] = [];
  const calls: string[] = [];
  const absent = new Set<string>();

  const call = async <T>(verb: string, ref: Ref, signal: AbortSignal | undefined, effect: () => T): Promise<T> => {
    const text = `${verb} ${resourceName(ref.resource)}/${keyOfRef(ref)}`;
    calls.push(text);
    await Promise.resolve(); // an answer never comes in the turn of its request
    signal?.throwIfAborted();
    const at = faults.findIndex(({ matches }) => text.includes(matches));
    const fault = at === -1 ? undefined : faults.splice(at, 1)[0];
    if (fault?.effect === "before") throw fault.error;
    if (absent.has(resourceName(ref.resource))) throw new KubeError("notFound", "no such collection", { status: 404 });
    const result = structuredClone(effect());
    if (fault !== undefined) throw fault.error;
    return result;
  };
  const write = (ref: Ref, body: JsonObject, manager: string, force: boolean, part: "main" | "status") => {
    checkPlace(ref, body);
    const wanted: Partial<Precondition> = Object(body.metadata);
    const isNew = objects.find(ref) === undefined && part === "main";
    if (isNew && wanted.uid !== undefined) {
      throw new KubeError("conflict", "there is no such object", { status: 409 });
    }
    const entry = isNew ? objects.blank(ref) : objects.get(ref, { resourceVersion: wanted.resourceVersion });
    if (!isNew && (wanted.uid ?? entry.object.metadata.uid) !== entry.object.metadata.uid) {
      throw new KubeError("invalid", "metadata.uid: field is immutable", { status: 422 });
    }
    const { object, owners } = applied(entry.object, entry.owners, { manager, body, part, force });
    const next = object as Stored; // its metadata is kept by apply
    if (!isNew) checkChange(entry.object, next);
    return objects.save(entry, next, owners);
  };
  const opened = (verb: string, resource: Ref["resource"], signal: AbortSignal | undefined) =>
    call(verb, { resource, name: "" }, signal, () => undefined);

  return {
    calls,
    absent,
    watches,
    get: <T extends Live>(ref: Ref, { metadataOnly, signal }: { metadataOnly?: true; signal?: AbortSignal } = {}) =>
      call("get", ref, signal, () => {
        const { object } = objects.get(ref);
        const { apiVersion, kind, metadata } = object;
        return (metadataOnly ? { apiVersion, kind, metadata } : object) as Live as T; // the caller names the kind
      }),
    apply: <T extends Live>(ref: Ref, body: JsonObject, options: Parameters<Kube["apply"]>[2]) =>
      call(options.status ? "status" : "apply", ref, options.signal, () => {
        const { object, created } = write(
          ref,
          body,
          options.manager,
          options.force,
          options.status ? "status" : "main",
        );
        return { object: object as Live as T, created }; // the caller names the kind
      }),
    delete: (ref, precondition) =>
      call("delete", ref, precondition.signal, () => objects.erase(objects.get(ref, precondition))),
    async *list<T extends Live>(...[resource, { namespace, labelSelector, limit, signal }]: Parameters<Kube["list"]>) {
      await opened("list", resource, signal);
      const items = objects
        .of(resource)
        .filter(
          ({ ref, object }) => (namespace ?? ref.namespace) === ref.namespace && isSelected(object, labelSelector),
        )
        .map(({ object }) => structuredClone(object) as Live as T); // the caller names the kind
      const resourceVersion = objects.version();
      for (let at = 0; at === 0 || at < items.length; at += limit) {
        yield { items: items.slice(at, at + limit), resourceVersion };
      }
    },
    async *watch(resource, options): AsyncGenerator<WatchEvent> {
      await opened("watch", resource, options.signal);
      yield* watches.follow(resource, options);
    },
    edit: (ref, body) =>
      structuredClone(write(ref, body, "kubectl", true, body.status === undefined ? "main" : "status").object),
    remove: (ref) => objects.erase(objects.get(ref)),
    find: (ref) => structuredClone(objects.find(ref)?.object),
    failNext: (matches, error, effect = "before") => void faults.push({ matches, error, effect }),
    heal: () => {
      faults.length = 0;
      watches.tamper(() => "pass");
      watches.release();
    },
  };
}
