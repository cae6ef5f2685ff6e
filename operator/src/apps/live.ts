import type { Live } from "../kube/kube.ts";

/** The part of a Deployment that tells how its rollout stands. */
export interface LiveDeployment extends Live {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly LiveCondition[];
  };
}

/** A condition of a built-in kind: its reasons are Kubernetes' own. */
export interface LiveCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** How a container ended. */
export interface Termination {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: Termination;
}

/** What the kubelet says of one container. */
export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

/** The part of a pod the cache keeps. */
export interface LivePod extends Live {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly LiveCondition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}
