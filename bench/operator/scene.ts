import { engineer } from "../../operator/src/hands-at-work.ts";
import type { Kube, Live, Ref } from "../../operator/src/kube/kube.ts";
import { apiVersionOf, deployments } from "../../operator/src/kube/resources.ts";
import type { Sight } from "./sight.ts";
import type { Stage } from "./stage.ts";
import type { Workload } from "./workload.ts";

/** A program's work as the bench asks for it and sees it done. */
export interface Scene {
  /** Asks for an object with that image, as one of a crowd. */
  ask(ref: Ref, image: string): Promise<Live>;
  /** The same past the crowd's queue: for the one that is measured. */
  askAlone(ref: Ref, image: string): Promise<Live>;
  /** Changes a field of a Deployment behind the program's back. */
  disturb(deployment: Ref): Promise<Live>;
  /** The `count` objects of a namespace that the bench knows by number. */
  names(namespace: string, count: number): readonly Ref[];
  /** The instant at which the program has said that the object is as asked in its newest generation. */
  ready(ref: Ref): Promise<number>;
  /** The instant at which the Deployment of an object has this image. */
  written(ref: Ref, image: string): Promise<number>;
  /** The instant at which the Deployment is as the program wants it, after the edit `disturb` returned. */
  healed(deployment: Ref, edit: Live): Promise<number>;
  deploymentOf(ref: Ref): Ref;
}

type Deployment = Live & {
  readonly spec?: {
    readonly revisionHistoryLimit?: number;
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
  };
};

const kept = { wanted: 2, wrong: 9 }; // versions a Deployment keeps: nothing starts or stops if it changes

/** Puts a workload, and what is seen of it, into the words that the measurements are written in. */
export function sceneOf({ hands, single }: Stage, workload: Workload, sight: Sight): Scene {
  const ask = (kube: Kube) => async (ref: Ref, image: string) =>
    (await kube.apply(ref, workload.body(ref.name, image), engineer)).object;
  const deploymentOf = ({ namespace = "", name }: Ref) => workload.deploymentOf(namespace, name);
  return {
    ask: ask(hands.kube),
    askAlone: ask(single.kube),
    disturb: async (ref) => {
      const { namespace = "", name } = ref;
      const spec = { revisionHistoryLimit: kept.wrong };
      const body = { apiVersion: apiVersionOf(deployments), metadata: { namespace, name }, spec };
      return (await single.kube.apply(ref, body, engineer)).object;
    },
    names: (namespace, count) =>
      Array.from({ length: count }, (_, index) => ({ resource: workload.resource, namespace, name: `w${index}` })),
    ready: (ref) => sight.seen(ref, workload.isReady),
    written: (ref, image) =>
      sight.seen(deploymentOf(ref), (object) => {
        const { spec } = object as Deployment; // of that resource
        return spec?.template?.spec?.containers?.[0]?.image === image;
      }),
    healed: (ref, edit) =>
      sight.seen(ref, (object) => {
        const isAfter = BigInt(object.metadata.resourceVersion ?? 0) > BigInt(edit.metadata.resourceVersion ?? 0);
        return isAfter && (object as Deployment).spec?.revisionHistoryLimit === kept.wanted; // of that resource
      }),
    deploymentOf,
  };
}
