import type { z } from "zod";
import type { ReasonName } from "./reasons.ts";

/** The API group of every kind, and the prefix of our labels and annotations. */
export const GROUP = "paas.skypanel.io";

/** The only served and stored version. */
export const VERSION = "v1alpha1";

/** `apiVersion` of every object of ours. */
export const API_VERSION = `${GROUP}/${VERSION}` as const;

/** Names of our objects: a Service, the strictest of their children, takes no other. */
export const nameRule = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** The part of Kubernetes' ObjectMeta that we read or write. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
}

/** A Kubernetes condition whose reason comes from our closed catalogue. */
export interface Condition {
  type: "Ready" | "Reconciling" | "Stalled";
  status: "True" | "False" | "Unknown";
  reason: ReasonName;
  message: string;
  observedGeneration: number;
  lastTransitionTime: string;
}

/** An object as the API server stores it: spec written by people, status by the operator alone. */
export interface KubeObject<Spec = object, Status = object> {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: Spec;
  status?: Status;
}

/** A column of `kubectl get`. */
export interface PrinterColumn {
  name: string;
  type: "string" | "integer" | "date";
  jsonPath: string;
  description: string;
  /** Columns above 0 are shown by `-o wide` only. */
  priority?: number;
}

/** All there is to know of one kind; the CRD, the types, the form and the reference page come from it. */
export interface Kind<Spec = object, Status = object> {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  scope: "Namespaced" | "Cluster";
  /** Longest name an object may have, so that the names of its children fit. */
  nameLength: number;
  /** The one name an object may have, where there is to be only one. */
  onlyName?: string;
  description: string;
  spec: z.ZodType<Spec>;
  status: z.ZodType<Status>;
  printerColumns: readonly PrinterColumn[];
}
