import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type Kubectl, kubectl } from "../harness/kubectl.ts";
import { chartFolder, type Helm, helm } from "./helm.ts";

const namespace = "charts-admission";
const release = "charts-admission";
const operator = ["--as", `system:serviceaccount:${namespace}:skypanel-operator`];
const engineer = ["--as", "engineer@example", "--as-group", "system:authenticated"];
const tenantLabel = "paas.skypanel.io/tenant";
let h: Helm;
let k: Kubectl;

const namespaceOf = (name: string, labels: Record<string, string> = {}) =>
  JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
const bindTo = (role: string, account: string, where: string) =>
  k([
    ...operator,
    "--namespace",
    where,
    "create",
    "rolebinding",
    "charts",
    `--clusterrole=${role}`,
    `--serviceaccount=${account}`,
  ]);
const emptyRole = JSON.stringify({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "charts-empty" },
  rules: [],
});
const self = `${namespace}:skypanel-operator`;

beforeAll(async () => {
  h = helm(inject("helm"), inject("kubeconfig"));
  k = kubectl(inject("kubectl"), inject("kubeconfig"));
  // An image that exists nowhere: only what the chart says is looked at here, not what the operator does.
  const values = [
    "--set",
    "image.reference=localhost/skypanel/absent:0",
    "--set",
    "image.pullPolicy=Never",
    "--set",
    "replicas=1",
  ];
  await h([
    "install",
    release,
    chartFolder("skypanel-operator"),
    "--namespace",
    namespace,
    "--create-namespace",
    ...values,
  ]);
  await k([
    "create",
    "clusterrolebinding",
    "charts-engineer",
    "--clusterrole=cluster-admin",
    "--user=engineer@example",
  ]);
  await k(["create", "--filename=-"], emptyRole);
  await k(["create", "--filename=-"], namespaceOf("charts-foreign"));
  // A policy is in force a moment after it is stored.
  await vi.waitFor(
    () =>
      expect(k([...operator, "create", "namespace", "charts-wait", "--dry-run=server"])).rejects.toThrow(
        "denied request",
      ),
    {
      timeout: 30_000,
      interval: 250,
    },
  );
  await k(
    [...operator, "create", "--filename=-"],
    namespaceOf("charts-tenant", { [tenantLabel]: "charts", "app.kubernetes.io/managed-by": "skypanel-operator" }),
  );
});

afterAll(async () => {
  await h(["uninstall", release, "--namespace", namespace]);
  await k(["delete", "clusterrolebinding/charts-engineer", "clusterrole/charts-empty"]);
  await k(["delete", "namespace", namespace, "charts-foreign", "charts-tenant"]);
});

describe("the operator", () => {
  it("makes no namespace without a tenant", async () => {
    await expect(k([...operator, "create", "namespace", "charts-free"])).rejects.toThrow(
      "only namespaces with the label",
    );
  });

  it("takes no namespace over that was not handed to it", async () => {
    const take = () =>
      k([...operator, "label", "namespace", "charts-foreign", `${tenantLabel}=charts`, "--dry-run=server"]);
    await expect(take()).rejects.toThrow("annotate it with paas.skypanel.io/adopt");
    await k(["annotate", "namespace", "charts-foreign", "paas.skypanel.io/adopt=charts"]);
    await expect(take()).resolves.toContain("labeled");
  });

  it("deletes nothing that does not bear its label", async () => {
    await expect(k([...operator, "delete", "namespace", "charts-foreign"])).rejects.toThrow("denied request");
  });

  it("binds its tenant role alone, to itself alone, in tenants' namespaces alone", async () => {
    // RBAC itself refuses a role of more rights than one has; a role of none is for the policy to refuse
    await expect(bindTo("cluster-admin", self, "charts-tenant")).rejects.toThrow(/forbidden/);
    await expect(bindTo("charts-empty", self, "charts-tenant")).rejects.toThrow("no other role");
    await expect(bindTo("skypanel-tenant", "default:default", "charts-tenant")).rejects.toThrow("to itself alone");
    await expect(bindTo("skypanel-tenant", self, "default")).rejects.toThrow("only in tenant namespaces");
    await expect(bindTo("skypanel-tenant", self, "charts-tenant")).resolves.toContain("created");
  });

  it.each([
    ["list secrets of all namespaces", ["get", "secrets", "--all-namespaces"]],
    ["list secrets of a tenant", ["get", "secrets", "--namespace", "charts-tenant"]],
    ["read a secret of its own namespace that is not its own", ["get", "secret", "other", "--namespace", namespace]],
    ["write where no tenant is", ["create", "serviceaccount", "x", "--namespace", "default"]],
    ["make itself an administrator", ["create", "clusterrolebinding", "x", "--clusterrole=cluster-admin", "--user=x"]],
    ["run commands in pods", ["create", "--raw", "/api/v1/namespaces/charts-tenant/pods/x/exec", "--filename=-"]],
  ])("may not %s", async (_, args) => {
    await expect(k([...operator, ...args], "{}")).rejects.toThrow(/forbidden/i);
  });
});

describe("an engineer who may do everything", () => {
  it("T-A17 cannot pass an object off as the control plane's", async () => {
    const app = {
      apiVersion: "paas.skypanel.io/v1alpha1",
      kind: "Tenant",
      metadata: { name: "charts-fake", labels: { "paas.skypanel.io/managed-by": "control-plane" } },
      spec: {},
    };
    await expect(k([...engineer, "create", "--filename=-"], JSON.stringify(app))).rejects.toThrow(
      "only the operator sets the labels",
    );
  });

  it("cannot take a namespace from its tenant", async () => {
    await expect(k([...engineer, "label", "namespace", "charts-tenant", `${tenantLabel}-`])).rejects.toThrow(
      "only the operator sets the labels",
    );
  });

  it("changes the rest of such an object as before", async () => {
    await expect(k([...engineer, "label", "namespace", "charts-tenant", "team=shop"])).resolves.toContain("labeled");
  });
});

describe("the chart", () => {
  it("is refused a second time on one cluster", async () => {
    const again = h(["install", "charts-second", chartFolder("skypanel-operator"), "--namespace", "charts-foreign"]);
    await expect(again).rejects.toThrow("exists and cannot be imported");
  });

  it("marks what must outlive it", async () => {
    const secret = JSON.parse(
      await k(["get", "secret", "skypanel-operator-identity", "--namespace", namespace, "--output=json"]),
    );
    expect(secret.metadata.annotations).toMatchObject({ "helm.sh/resource-policy": "keep" });
  });
});
