import type { Link } from "./link.ts";

/** The tunnels that end at this replica, by cluster. */
export interface Links {
  find(clusterId: string): Link | undefined;
  clusterIds(): string[];
  /** Makes `link` the cluster's; an earlier one is closed, for the newest connection is the living one. */
  set(clusterId: string, link: Link): void;
  /** Forgets `link`, unless a newer one took its place. */
  drop(clusterId: string, link: Link): void;
  closeAll(): void;
}

/** No tunnels yet. */
export function createLinks(): Links {
  const links = new Map<string, Link>();
  return {
    find: (clusterId) => links.get(clusterId),
    clusterIds: () => [...links.keys()],
    set: (clusterId, link) => {
      const before = links.get(clusterId);
      links.set(clusterId, link);
      before?.close();
    },
    drop: (clusterId, link) => {
      if (links.get(clusterId) === link) links.delete(clusterId);
    },
    closeAll: () => {
      for (const link of links.values()) link.close();
    },
  };
}
