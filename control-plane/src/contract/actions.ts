/** Everything a person may be allowed to do. `services/access.ts` maps each to roles; the session reply lists those granted. */
export const actions = [
  "public",
  "session.read",
  "org.create",
  "org.read",
  "org.update",
  "members.read",
  "members.manage",
  "apps.read",
  "apps.write",
  "variables.read",
  "variables.write",
  "logs.read",
  "activity.read",
  "regions.read",
  "events.read",
  "clusters.read",
  "clusters.write",
  "users.create",
  "audit.read",
] as const;

export type Action = (typeof actions)[number];

export const orgRoles = ["owner", "admin", "developer", "viewer", "billing"] as const;
export type OrgRole = (typeof orgRoles)[number];

export const platformRoles = ["admin", "support"] as const;
export type PlatformRole = (typeof platformRoles)[number];
