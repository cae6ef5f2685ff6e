import type { Action, OrgRole, PlatformRole } from "../contract/actions.ts";

type Role = OrgRole | `platform:${PlatformRole}`;

const everyone: readonly Role[] = [
  "owner",
  "admin",
  "developer",
  "viewer",
  "billing",
  "platform:admin",
  "platform:support",
];
const readers: readonly Role[] = ["owner", "admin", "developer", "viewer", "platform:admin", "platform:support"];
const developers: readonly Role[] = ["owner", "admin", "developer", "platform:admin"];
const administrators: readonly Role[] = ["owner", "admin", "platform:admin"];

/** Whom an action belongs to: `signed-in` needs no role at all. */
const table: Record<Action, readonly Role[] | "anyone" | "signed-in"> = {
  public: "anyone",
  "session.read": "signed-in",
  "org.create": "signed-in",
  "regions.read": "signed-in",
  "events.read": "signed-in",
  "org.read": everyone,
  "members.read": everyone,
  "activity.read": everyone,
  "org.update": administrators,
  "members.manage": administrators,
  "apps.read": readers,
  "variables.read": readers,
  "logs.read": readers,
  "apps.write": developers,
  "variables.write": developers,
  "clusters.read": ["platform:admin", "platform:support"],
  "audit.read": ["platform:admin", "platform:support"],
  "clusters.write": ["platform:admin"],
  "users.create": ["platform:admin"],
};

/** Roles somebody has: one in the organisation that is asked about, one on the platform. */
export interface Roles {
  org: OrgRole | null;
  platform: PlatformRole | null;
}

/** May somebody with these roles do this? The one place that says so (features.md §16, §22). */
export function may(action: Action, { org, platform }: Roles): boolean {
  const holders = table[action];
  if (holders === "anyone" || holders === "signed-in") return true;
  return (org !== null && holders.includes(org)) || (platform !== null && holders.includes(`platform:${platform}`));
}

// From most to least: nobody may give or take a role above their own (guarantees.md, A6.1).
const rank: Record<OrgRole, number> = { owner: 3, admin: 2, developer: 1, billing: 1, viewer: 0 };

/** May somebody with these roles give or take `role`? Only owners, and the platform's admin, touch owners. */
export function mayGrant(role: OrgRole, { org, platform }: Roles): boolean {
  if (platform === "admin") return true;
  return org !== null && may("members.manage", { org, platform: null }) && rank[org] >= rank[role];
}
