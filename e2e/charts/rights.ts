import type { Rule } from "../../operator/src/rbac.ts";
import type { Call } from "../fault-proxy/call.ts";

/** The rules of each role by its name; the first one that grants a call is taken to have been used. */
export type Roles = Readonly<Record<string, readonly Rule[]>>;

/** A right that a suite need not use, and why the operator has it all the same. */
export interface Excuse {
  readonly verbs: readonly string[];
  /** `resource.group`. */
  readonly resources: readonly string[];
  readonly why: string;
}

const named = (resource: string, group: string) => (group === "" ? resource : `${resource}.${group}`);

/** Each right of `rules` on its own: `patch deployments.apps`. */
function rightsOf(rules: readonly Rule[]): string[] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${named(resource, group)}`)),
    ),
  );
}

/** Each right of each role on its own: `tenant: patch deployments.apps`. */
export function granted(roles: Roles): string[] {
  return Object.entries(roles).flatMap(([role, rules]) => rightsOf(rules).map((right) => `${role}: ${right}`));
}

/** The rights that calls needed. `rolesIn` names the roles that hold in a namespace, or, for "", in the whole cluster. */
export function used(
  calls: readonly Call[],
  roles: Roles,
  rolesIn: (namespace: string) => readonly string[],
): string[] {
  const holders = Object.entries(roles).map(([role, rules]) => ({ role, rights: new Set(rightsOf(rules)) }));
  const needed = calls.flatMap((call) =>
    needs(call).map((right) => {
      const holder = holders.find(({ role, rights }) => rolesIn(call.namespace).includes(role) && rights.has(right));
      return `${holder?.role ?? "nobody"}: ${right}`;
    }),
  );
  return [...new Set(needed)];
}

/** An apply is a patch, and a creation too where there was nothing; who writes a RoleBinding binds a role. */
function needs({ verb, resource, group, subresource, status, path }: Call): string[] {
  if (!path.startsWith("/api")) return []; // the server's own state
  const what = named(subresource === "" ? resource : `${resource}/${subresource}`, group);
  if (verb !== "apply") return [`${verb} ${what}`];
  const creates = status === 201 ? [`create ${what}`] : [];
  return [`patch ${what}`, ...creates, ...(resource === "rolebindings" ? [`bind clusterroles.${group}`] : [])];
}

/** What is granted and neither used nor excused, what is used and not granted, and excuses that nothing needs. */
export function differences(roles: Roles, uses: readonly string[], excuses: readonly Excuse[]): string[] {
  const grants = granted(roles);
  const right = (grant: string) => grant.replace(/^.*: /, "");
  const excused = new Set(
    excuses.flatMap(({ verbs, resources }) =>
      verbs.flatMap((verb) => resources.map((resource) => `${verb} ${resource}`)),
    ),
  );
  const idle = grants.filter((grant) => !uses.includes(grant));
  const unexplained = idle.filter((grant) => !excused.has(right(grant)));
  const needless = [...excused].filter((excuse) => !idle.some((grant) => right(grant) === excuse));
  return [
    ...unexplained.map((grant) => `granted, not used: ${grant}`),
    ...uses.filter((use) => !grants.includes(use)).map((use) => `used, not granted: ${use}`),
    ...needless.map((excuse) => `excused for nothing: ${excuse}`),
  ];
}
