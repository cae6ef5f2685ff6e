import { afterAll, beforeAll, expect } from "vitest";
import type { JsonObject, Kube, KubeError, Live, Ref } from "./kube.ts";
import { configMaps, namespaces } from "./resources.ts";

/** A server to hold against the contract. */
export interface Contender {
  readonly kube: Kube;
  /** Makes it send bookmarks to open watches, if it would not by itself. */
  readonly remind?: () => void;
  readonly close: () => Promise<void>;
}

export const ours = { manager: "skypanel-operator", force: false } as const;
export const forced = { manager: "skypanel-operator", force: true } as const;
export const theirs = { manager: "skypanel-state", force: false } as const;

export interface ConfigMap extends Live {
  readonly data?: Record<string, string>;
}

/** All that a stream gives. */
export async function gathered<T>(all: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of all) items.push(item);
  return items;
}

/** What the cases of the contract work with: a server, and a namespace on it that is theirs alone. */
export type Given = ReturnType<typeof given>;

/** Opens a server before the cases and leaves nothing on it after them. */
export function given(open: () => Promise<Contender>) {
  const namespace = `contract-${process.pid}-${Math.floor(performance.timeOrigin) % 1_000_000}`;
  const home = { resource: namespaces, name: namespace };
  let contender: Contender | undefined;
  let count = 0;

  const kube = (): Kube => contender?.kube ?? expect.unreachable("the server is not open yet");
  const pre = ({ metadata }: Live) => ({ uid: metadata.uid ?? "", resourceVersion: metadata.resourceVersion ?? "" });
  const body = ({ name }: Ref, data: Record<string, string>, metadata: JsonObject = {}) => ({
    metadata: { name, namespace, ...metadata },
    data,
  });
  beforeAll(async () => {
    contender = await open();
    await kube().apply(home, { metadata: { name: namespace } }, ours);
  });
  afterAll(async () => {
    await kube().delete(home, pre(await kube().get(home)));
    await contender?.close();
  });

  return {
    namespace,
    kube,
    remind: () => contender?.remind?.(),
    pre,
    body,
    /** A name nobody has had. */
    fresh: (resource: Ref["resource"] = configMaps): Ref & { namespace: string } => {
      count += 1;
      return { resource, namespace, name: `c${count}` };
    },
    create: async (ref: Ref, data: Record<string, string> = { a: "1" }) =>
      (await kube().apply<ConfigMap>(ref, body(ref, data), ours)).object,
    /** The kind of error that `work` ends with; it must not succeed. */
    refused: (work: Promise<unknown>): Promise<KubeError["kind"]> =>
      work.then(
        () => expect.unreachable("it was accepted"),
        (error: KubeError) => error.kind,
      ),
  };
}
