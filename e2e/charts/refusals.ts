/** What the API server's audit log says of one call, as far as it is looked at. */
export interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  /** Set where somebody else spoke in its name. */
  readonly impersonatedUser?: object;
  readonly objectRef?: { readonly resource: string; readonly subresource?: string; readonly namespace?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const decision = "authorization.k8s.io/decision";
const account = /^system:serviceaccount:([^:]+):skypanel-operator$/;
// The API server knows of a RoleBinding a moment after it has stored it.
const knownAfterMs = 5_000;

/**
 * What RBAC refused to operators' accounts, each with its number. Not counted: an account in `ignored`, which was misused
 * on purpose; and calls in a namespace that has had no RoleBinding for long, or has lost it, as on its way in and out.
 */
export function refusals(events: readonly AuditEvent[], ignored: string): string[] {
  const boundAt = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const event of events.toSorted((a, b) => at(a) - at(b))) {
    const { verb, objectRef, responseStatus } = event;
    const { resource = "", subresource, namespace = "" } = objectRef ?? {};
    if (resource === "rolebindings" && verb.startsWith("delete")) boundAt.delete(namespace);
    if (resource === "rolebindings" && responseStatus?.code === 201) boundAt.set(namespace, at(event));
    if (!isRefusal(event, ignored) || !isSettled(namespace, at(event))) continue;
    const what = `${verb} ${resource}${subresource === undefined ? "" : `/${subresource}`} in ${namespace || "the cluster"}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${what}: ${count}`);

  function isSettled(namespace: string, now: number): boolean {
    if (!namespace.startsWith("sp-")) return true;
    return now - (boundAt.get(namespace) ?? Number.POSITIVE_INFINITY) > knownAfterMs;
  }
}

function at({ requestReceivedTimestamp }: AuditEvent): number {
  return Date.parse(requestReceivedTimestamp);
}

function isRefusal({ user, impersonatedUser, annotations }: AuditEvent, ignored: string): boolean {
  const namespace = account.exec(user.username)?.[1];
  const isOperator = namespace !== undefined && namespace !== ignored && impersonatedUser === undefined;
  return isOperator && annotations?.[decision] === "forbid";
}
