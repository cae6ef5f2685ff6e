import { describe, expect, it } from "vitest";
import { asked, type Call } from "../fault-proxy/call.ts";
import { differences, granted, type Roles, used } from "./rights.ts";

const rule = (group: string, resources: string[], verbs: string[]) => ({ apiGroups: [group], resources, verbs });
const roles: Roles = {
  cluster: [rule("", ["pods"], ["list"]), rule("rbac.authorization.k8s.io", ["clusterroles"], ["bind"])],
  tenant: [rule("apps", ["deployments"], ["patch", "create"]), rule("", ["pods/log"], ["get"])],
};
const rolesIn = (namespace: string) => (namespace === "sp-a" ? ["tenant", "cluster"] : ["cluster"]);
const call = (method: string, path: string, status?: number): Call => {
  const apply = method === "PATCH" ? "application/apply-patch+yaml" : "";
  const seen = { arrow: "kube", n: 1, at: { arrived: 0 }, faults: [] };
  return { ...asked(method, path, apply), ...seen, ...(status === undefined ? {} : { status }) };
};
const usedBy = (...calls: Call[]) => used(calls, roles, rolesIn);
const deployment = "/apis/apps/v1/namespaces/sp-a/deployments/x";

describe("T-A15 rights", () => {
  it("are each verb on each resource", () => {
    expect(granted(roles)).toEqual([
      "cluster: list pods",
      "cluster: bind clusterroles.rbac.authorization.k8s.io",
      "tenant: patch deployments.apps",
      "tenant: create deployments.apps",
      "tenant: get pods/log",
    ]);
  });

  it.each<[string, Call, string[]]>([
    ["a change", call("PATCH", deployment, 200), ["tenant: patch deployments.apps"]],
    ["a lost answer", call("PATCH", deployment), ["tenant: patch deployments.apps"]],
    [
      "a creation",
      call("PATCH", deployment, 201),
      ["tenant: patch deployments.apps", "tenant: create deployments.apps"],
    ],
    ["a log", call("GET", "/api/v1/namespaces/sp-a/pods/x/log"), ["tenant: get pods/log"]],
    ["a list of all", call("GET", "/api/v1/pods?limit=1"), ["cluster: list pods"]],
    ["a list in a namespace", call("GET", "/api/v1/namespaces/sp-a/pods"), ["cluster: list pods"]],
    ["a tenant's right elsewhere", call("GET", "/api/v1/namespaces/other/pods/x/log"), ["nobody: get pods/log"]],
    ["the server's health", call("GET", "/readyz"), []],
  ])("are needed by %s", (_, made, rights) => {
    expect(usedBy(made)).toEqual(rights);
  });

  it("of binding are needed by a RoleBinding", () => {
    const path = "/apis/rbac.authorization.k8s.io/v1/namespaces/sp-a/rolebindings/x";
    expect(usedBy(call("PATCH", path, 200))).toContain("cluster: bind clusterroles.rbac.authorization.k8s.io");
  });

  it("differ by what is idle, what is missing, and what is excused for nothing", () => {
    const uses = ["cluster: list pods", "tenant: patch deployments.apps", "nobody: get secrets"];
    const excuses = [
      { verbs: ["create"], resources: ["deployments.apps"], why: "made by hand" },
      { verbs: ["list"], resources: ["pods"], why: "never seen" },
    ];
    expect(differences(roles, uses, excuses)).toEqual([
      "granted, not used: cluster: bind clusterroles.rbac.authorization.k8s.io",
      "granted, not used: tenant: get pods/log",
      "used, not granted: nobody: get secrets",
      "excused for nothing: list pods",
    ]);
  });
});
