import type { Daemon } from "../machine/daemons.ts";

/** One program of a Kubernetes node: how it is started, the files it reads, and how one knows that it works. */
export type Component = {
  readonly daemon: Daemon;
  readonly files?: readonly (readonly [path: string, content: string])[];
  readonly ready: () => Promise<boolean> | boolean;
};
