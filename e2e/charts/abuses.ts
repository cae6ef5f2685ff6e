/** What somebody may not do: a title, words of the refusal, what kubectl is asked and given. */
type Abuse = readonly [title: string, words: string, args: readonly string[], input: string];

type Short = readonly [title: string, words: string, args: readonly string[], input?: string];

function abuses(...all: readonly Short[]): readonly Abuse[] {
  return all.map(([title, words, args, input = ""]) => [title, words, args, input]);
}

/** The namespace of the operator's account whose token is misused on purpose: its refusals are wanted. */
export const abusers = "skypanel-abused";
/** A namespace that is nobody's, and one of a tenant. */
export const foreign = "charts-foreign";
export const ours = "charts-tenant";
/** A role without any right. */
export const emptyRole = "charts-empty";
export const tenantLabel = "paas.skypanel.io/tenant";
export const managedBy = "app.kubernetes.io/managed-by";

/** JSON of an object of the core group, or of `more.apiVersion`. */
export const object = (kind: string, name: string, more: object = {}, labels: Record<string, string> = {}): string =>
  JSON.stringify({ apiVersion: "v1", kind, metadata: { name, labels }, ...more });

const rbac = "rbac.authorization.k8s.io";
const created = (json: string, namespace?: string) =>
  [namespace === undefined ? ["create", "-f-"] : ["create", "-f-", "--namespace", namespace], json] as const;
const self = `${abusers}:skypanel-operator`;
const bound = (role: string, account: string, where: string) => [
  ...["create", "rolebinding", "abuse", "--namespace", where],
  ...[`--clusterrole=${role}`, `--serviceaccount=${account}`],
];
const raw = (path: string) => ["create", "--raw", path, "--filename=-"];
const pods = `/api/v1/namespaces/${ours}/pods/x`;
const token = `/api/v1/namespaces/${ours}/serviceaccounts/default/token`;
const pod = object("Pod", "x", { spec: { containers: [{ name: "x", image: "x" }] } });
const binding = {
  apiVersion: `${rbac}/v1`,
  roleRef: { apiGroup: rbac, kind: "ClusterRole", name: emptyRole },
};

/** What the operator's own token may not do. */
export const operatorAbuses = abuses(
  ["makes no namespace without a tenant", "only namespaces with the label", ["create", "namespace", "charts-free"]],
  ["takes no namespace that nobody handed over", "adopt", ["label", "namespace", foreign, `${tenantLabel}=charts`]],
  ["takes kube-system from nobody", "adopt", ["label", "namespace", "kube-system", `${tenantLabel}=charts`]],
  ["gives no tenant's namespace away", "only namespaces with", ["label", "namespace", ours, `${tenantLabel}-`]],
  ["moves no namespace", "another tenant", ["label", "--overwrite", "namespace", ours, `${tenantLabel}=b`]],
  ["deletes no namespace of somebody else", "forbidden", ["delete", "namespace", foreign]],
  ["deletes no kube-system", "forbidden", ["delete", "namespace", "kube-system"]],
  ["binds no role of an administrator", "forbidden", bound("cluster-admin", self, ours)],
  // RBAC itself refuses a role of more rights than one has; a role of none is for the policy to refuse.
  ["binds no other role", "no other role", bound(emptyRole, self, ours)],
  ["binds its role to nobody else", "to itself alone", bound("skypanel-tenant", "default:default", ours)],
  ["binds its role in no foreign namespace", "only in tenant namespaces", bound("skypanel-tenant", self, foreign)],
  ["binds its role not in kube-system", "only in tenant namespaces", bound("skypanel-tenant", self, "kube-system")],
  ["makes no role", "forbidden", ["create", "role", "x", "--verb=get", "--resource=pods", "--namespace", ours]],
  [
    "makes nobody an administrator",
    "forbidden",
    ["create", "clusterrolebinding", "x", "--clusterrole=admin", "--user=x"],
  ],
  ["widens no role of its own", "forbidden", ["patch", "clusterrole", "skypanel-tenant", "--patch={}"]],
  ["lists no Secrets of the cluster", "forbidden", ["get", "secrets", "--all-namespaces"]],
  ["lists no Secrets of a tenant", "forbidden", ["get", "secrets", "--namespace", ours]],
  ["reads no Secret of the cluster's own", "forbidden", ["get", "secret", "x", "--namespace", "kube-system"]],
  ["reads no other Secret of its namespace", "forbidden", ["get", "secret", "other", "--namespace", abusers]],
  ["writes nothing where no tenant is", "forbidden", ["create", "serviceaccount", "x", "--namespace", "default"]],
  ["starts no pod by itself", "forbidden", ...created(pod, ours)],
  ["keeps no ConfigMap in its own namespace", "forbidden", ...created(object("ConfigMap", "x"), abusers)],
  ["runs no command in a pod", "forbidden", raw(`${pods}/exec`), "{}"],
  ["takes no token of another account", "forbidden", raw(token), "{}"],
  ["speaks as nobody else", "forbidden", ["--as", "system:admin", "get", "nodes"]],
  ["reads no machine past the API", "forbidden", ["get", "--raw", "/api/v1/nodes/x/proxy/pods"]],
  ["changes no policy", "forbidden", ["delete", "validatingadmissionpolicybinding", "skypanel-labels"]],
);

const alone = "only the operator sets the label";
const ownerUid = { "paas.skypanel.io/owner-uid": "u" };
const fromGit = { "paas.skypanel.io/managed-by": "control-plane" };
const tenant = { apiVersion: "paas.skypanel.io/v1alpha1", spec: {} };
const charts = { [tenantLabel]: "charts" };

/** What an engineer with kubectl may not do, whatever rights he has. */
export const engineerAbuses = abuses(
  ["passes no object off as the control plane's", alone, ...created(object("Tenant", "charts-fake", tenant, fromGit))],
  [
    "passes no object off as the operator's",
    alone,
    ...created(object("ConfigMap", "x", {}, { [managedBy]: "skypanel-operator" }), ours),
  ],
  ["gives no object an owner", alone, ...created(object("Secret", "x", {}, ownerUid), foreign)],
  ["makes no namespace of a tenant", alone, ...created(object("Namespace", "charts-fake", {}, charts))],
  ["adopts no namespace for a tenant", alone, ["label", "namespace", foreign, `${tenantLabel}=charts`]],
  ["takes no namespace from its tenant", alone, ["label", "namespace", ours, `${tenantLabel}-`]],
  ["moves no namespace to another tenant", alone, ["label", "--overwrite", "namespace", ours, `${tenantLabel}=b`]],
  ["gives out no right as the operator's", alone, ...created(object("RoleBinding", "x", binding, charts), ours)],
);
