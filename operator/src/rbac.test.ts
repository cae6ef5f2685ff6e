import { readFileSync } from "node:fs";
import { writeYaml } from "@skypanel/crds/yaml.ts";
import { describe, expect, it } from "vitest";
import { operatorRules, selfRules, tenantRules } from "./rbac.ts";

const all = [...operatorRules, ...tenantRules, ...selfRules];

describe("the operator's rights", () => {
  it("hold no wildcard and no way to more rights", () => {
    const words = all.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    const forbidden = ["*", "escalate", "impersonate", "nodes/proxy", "serviceaccounts/token", "pods/exec"];
    expect(words.filter((word) => forbidden.includes(word))).toEqual([]);
  });

  it("bind the tenants' role and no other", () => {
    const binds = all.filter(({ verbs }) => verbs.includes("bind"));
    expect(binds.map(({ resourceNames }) => resourceNames)).toEqual([["skypanel-tenant"]]);
  });

  it("never list or watch Secrets", () => {
    const secrets = all.filter(({ resources }) => resources.includes("secrets")).flatMap(({ verbs }) => verbs);
    expect(secrets).not.toContain("list");
    expect(secrets).not.toContain("watch");
  });

  it("reach Secrets in the own namespace by name alone", () => {
    const [rule] = selfRules.filter(({ resources }) => resources.includes("secrets"));
    expect(rule?.resourceNames).toEqual(["skypanel-operator-identity"]);
  });

  it("tell of any object where it stands, of the cluster's own in `default`", () => {
    const events = operatorRules.filter(({ resources }) => resources.includes("events"));
    expect(events).toEqual([{ apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] }]);
  });

  it.each([
    ["operator-role", operatorRules],
    ["tenant-role", tenantRules],
    ["self-role", selfRules],
  ])("are in the chart as generated: %s", (name, rules) => {
    const file = new URL(`../../helm/skypanel-operator/files/${name}.yaml`, import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(writeYaml(rules));
  });
});
