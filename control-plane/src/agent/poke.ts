import type { Links } from "./links.ts";

/** Pokes the operators whose tunnels end here. */
export interface Pokes {
  /** The journal of a cluster grew; some replica wrote it. */
  moved(clusterId: string): void;
  /** Messages may have been missed: every operator is told to look. */
  missed(): void;
}

/** A poke that fails is not repeated: the operator looks by itself every 30 s, and a broken link is opened anew. */
export function pokes(links: Links, onError: (error: unknown, clusterId: string) => void): Pokes {
  const moved = (clusterId: string) => {
    links
      .find(clusterId)
      ?.poke()
      .catch((error: unknown) => onError(error, clusterId));
  };
  return { moved, missed: () => links.clusterIds().forEach(moved) };
}
