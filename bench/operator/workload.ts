import type { JsonObject, Live, Ref } from "../../operator/src/kube/kube.ts";
import type { ChildKind } from "../../operator/src/kube/resources.ts";
import type { Access } from "./access.ts";

/** The tenants of a run: one with the crowd, one beside it, and one whose objects all fail. */
export interface Places {
  readonly crowd: string;
  readonly beside: string;
  readonly failing: string;
}

/** What a program is asked for, object by object, on a stage that is set for it. */
export interface Workload {
  /** What is asked. */
  readonly resource: ChildKind;
  /** Their namespaces. */
  readonly places: Places;
  /** Makes the places; a program that makes them itself runs by now. */
  prepare(): Promise<void>;
  /** One object, as somebody applies it. */
  body(name: string, image: string): JsonObject;
  /** The Deployment it leads to. */
  deploymentOf(namespace: string, name: string): Ref;
  /** True once the program has said of this generation that all is as asked. */
  isReady(object: Live): boolean;
  /** Throws unless what was made of an object is all that is asked: nobody is quick by doing less. */
  verify(namespace: string, name: string): Promise<void>;
  /** Removes the places with all that is in them. */
  clear(): Promise<void>;
}

/** A stage set for one kind of workload: who runs on it, and what it is asked for. */
export interface Setting {
  readonly access: Access;
  readonly workload: Workload;
  /** Removes what was set up for all runs. */
  remove(): Promise<void>;
}
