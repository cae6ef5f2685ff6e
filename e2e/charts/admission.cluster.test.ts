import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type Hands, handsAtWork } from "../../operator/src/hands-at-work.ts";
import { type Installation, installationAtWork } from "../../operator/src/installation-at-work.ts";
import { resourceOf } from "../../operator/src/kube/resources.ts";
import { type Kubectl, kubectl } from "../harness/kubectl.ts";
import {
  abusers,
  emptyRole,
  engineerAbuses,
  foreign,
  managedBy,
  object,
  operatorAbuses,
  ours,
  tenantLabel,
} from "./abuses.ts";
import { chartFolder, type Helm, helm } from "./helm.ts";

// Helm takes an old Kubernetes for granted where it is not told which.
const template = ["template", "charts", chartFolder("skypanel-operator"), "--kube-version=1.35.0"];
const soon = { timeout: 30_000, interval: 250 };
let h: Helm;
let hands: Hands;
let installation: Installation;
let policies: string;
/** The root of the cluster. */
let root: Kubectl;
/** The operator's own account, by its own token. */
let operator: Kubectl;
/** Who may do everything, and is yet not the root. */
const engineer: Kubectl = (args, input) =>
  root(["--as", "engineer@example", "--as-group", "system:authenticated", ...args], input);

const create = (as: Kubectl, json: string, ...args: string[]) => as([...args, "create", "--filename=-"], json);
const marks = { [managedBy]: "skypanel-operator", [tenantLabel]: "charts", "paas.skypanel.io/owner-uid": "uid" };
const fromGit = { "paas.skypanel.io/managed-by": "control-plane" };
const aTenant = (labels: Record<string, string>, spec = {}) =>
  object("Tenant", "charts-git", { apiVersion: "paas.skypanel.io/v1alpha1", spec }, labels);

beforeAll(async () => {
  h = helm(inject("helm"), inject("kubeconfig"));
  root = kubectl(inject("kubectl"), inject("kubeconfig"));
  hands = await handsAtWork(inject("kubeconfig"), {});
  installation = await installationAtWork(inject("kubeconfig"), hands, abusers);
  operator = kubectl(inject("kubectl"), await installation.kubeconfig());
  policies = await h([...template, "--show-only=templates/admission.yaml"]);
  await root(["apply", "--server-side", "--filename=-"], policies);
  await root(["create", "clusterrolebinding", "charts", "--clusterrole=cluster-admin", "--user=engineer@example"]);
  await create(root, object("ClusterRole", emptyRole, { apiVersion: "rbac.authorization.k8s.io/v1" }));
  await create(root, object("Namespace", foreign));
  // A policy is in force, and a right is granted, a moment after it is stored.
  const refused = () =>
    expect(operator(["create", "namespace", "charts-wait", "--dry-run=server"])).rejects.toThrow("denied");
  await vi.waitFor(refused, soon);
  await create(operator, object("Namespace", ours, {}, marks));
  const self = `--serviceaccount=${abusers}:${installation.account}`;
  await operator(["create", "rolebinding", "charts", "--clusterrole=skypanel-tenant", self, "--namespace", ours]);
  await vi.waitFor(() => create(operator, object("Secret", "mine", {}, marks), "--namespace", ours), soon);
});

afterAll(async () => {
  await root(["delete", "--filename=-"], policies);
  await root(["delete", "clusterrolebinding/charts", `clusterrole/${emptyRole}`]);
  await root(["delete", "namespace", foreign, ours]);
  await installation.remove();
  await hands.close();
});

describe("T-A15 the operator's own token", () => {
  it.each(operatorAbuses)("%s", async (_, words, args, input) => {
    await expect(operator(args, input)).rejects.toThrow(new RegExp(words, "i"));
  });

  it("deletes no object of a tenant that it did not make", async () => {
    await create(root, object("Service", "theirs", { spec: { ports: [{ port: 80 }] } }), "--namespace", ours);
    await expect(operator(["delete", "service/theirs", "--namespace", ours])).rejects.toThrow("only what bears its");
    await expect(operator(["delete", "secret/mine", "--namespace", ours])).resolves.toContain("deleted");
  });

  it("deletes no object of our kinds that an engineer made", async () => {
    await hands.apply(tenant, "charts-by-hand", {});
    await expect(operator(["delete", "tenant", "charts-by-hand"])).rejects.toThrow("only what bears its label");
    await hands.remove({ resource: resourceOf(tenant), name: "charts-by-hand" });
  });

  it("takes over what an engineer handed to it", async () => {
    await root(["annotate", "namespace", foreign, "paas.skypanel.io/adopt=charts"]);
    const take = operator(["label", "namespace", foreign, `${tenantLabel}=charts`, "--dry-run=server"]);
    await expect(take).resolves.toContain("labeled");
    await root(["annotate", "namespace", foreign, "paas.skypanel.io/adopt-"]);
  });
});

describe("T-A17 an engineer who may do everything", () => {
  it.each(engineerAbuses)("%s", async (_, words, args, input) => {
    await expect(engineer(args, input)).rejects.toThrow(words);
  });

  it("poses as no operator by an account of its name", async () => {
    await create(root, object("ServiceAccount", "skypanel-operator"), "--namespace", foreign);
    const account = `--serviceaccount=${foreign}:skypanel-operator`;
    await root(["create", "rolebinding", "charts", "--clusterrole=admin", account, "--namespace", foreign]);
    const poser = ["--as", `system:serviceaccount:${foreign}:skypanel-operator`, "--namespace", foreign];
    const fake = create(root, object("Secret", "x", {}, marks), ...poser);
    await expect(fake).rejects.toThrow("only the operator sets the label");
  });

  it("changes the rest of a tenant's namespace as before", async () => {
    await expect(engineer(["label", "namespace", ours, "team=shop"])).resolves.toContain("labeled");
  });

  it("edits nothing that comes from git, and annotates it as he likes", async () => {
    await create(operator, aTenant(fromGit));
    const edit = engineer(["patch", "tenant", "charts-git", "--type=merge", '--patch={"spec":{"adopt":true}}']);
    await expect(edit).rejects.toThrow("comes from git");
    const pause = engineer(["annotate", "tenant", "charts-git", "paas.skypanel.io/paused=true"]);
    await expect(pause).resolves.toContain("annotated");
    await expect(operator(["delete", "tenant", "charts-git"])).resolves.toContain("deleted");
  });

  it("keeps a name that git wants too, however the operator asks", async () => {
    await create(engineer, aTenant({}));
    const force = ["apply", "--server-side", "--force-conflicts", "--filename=-"];
    await expect(operator(force, aTenant(fromGit))).rejects.toThrow("an engineer made the object");
    await expect(operator(force, aTenant({}, { adopt: true }))).rejects.toThrow("an engineer made the object");
    await expect(operator(["delete", "tenant", "charts-git"])).rejects.toThrow("only what bears its label");
    await expect(engineer(["delete", "tenant", "charts-git"])).resolves.toContain("deleted");
  });
});

describe("the chart", () => {
  it("is refused a second time on one cluster", async () => {
    const annotations = { "meta.helm.sh/release-name": "first", "meta.helm.sh/release-namespace": foreign };
    const metadata = { name: "skypanel", labels: { [managedBy]: "Helm" }, annotations };
    const ofTheFirst = { apiVersion: "scheduling.k8s.io/v1", metadata, value: 1_000_000 };
    await create(root, object("PriorityClass", "skypanel", ofTheFirst));
    const second = h(["install", "second", chartFolder("skypanel-operator"), "--namespace", ours, "--dry-run=server"]);
    await expect(second).rejects.toThrow("cannot be imported");
    await root(["delete", "priorityclass", "skypanel"]);
  });

  it("lets the operator's keys outlive it: only they open what was sealed", async () => {
    const keys = await h([...template, "--show-only=templates/identity.yaml"]);
    expect(keys).toContain("helm.sh/resource-policy: keep");
  });
});
