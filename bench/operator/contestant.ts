/** The programs the bench knows, by the name they have in results. */
export const contestants = ["skypanel", "client-node", "controller-runtime", "skypanel-apps"] as const;
export type Contestant = (typeof contestants)[number];
