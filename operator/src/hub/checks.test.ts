import type { StateSource } from "@skypanel/crds/kinds/state-source.ts";
import { describe, expect, it } from "vitest";
import { checks, type Facts } from "./checks.ts";

const survey = {
  machines: [],
  storageClasses: [{ name: "local", isDefault: true }],
  ingressClasses: ["traefik"],
  forbidden: [],
};
const source = (status: object): StateSource => ({
  apiVersion: "paas.skypanel.io/v1alpha1",
  kind: "StateSource",
  metadata: { name: "skypanel", namespace: "skypanel-system" },
  spec: { branch: "main", intervalSeconds: 30, suspended: false, prune: { maxObjects: 10, maxPercent: 20 } },
  status,
});
const good: Facts = {
  versions: { operator: "0.1.0", kubernetes: "v1.35.4" },
  survey,
  source: source({ phase: "Current", applied: { commit: "a".repeat(40), sequence: 3 } }),
  isTunnelOpen: true,
  namespace: "skypanel-system",
};
const stateOf = (id: string, facts: Partial<Facts>) =>
  checks({ ...good, ...facts }).find((one) => one.id === id)?.state;
const failed = { phase: "Failed" };

describe("the live checklist", () => {
  it("is all ok on a good cluster", () => {
    expect(checks(good).map(({ state }) => state)).toEqual(Array(7).fill("ok"));
  });

  it.each<[string, Partial<Facts>, string]>([
    ["versions", { versions: { operator: "0.1.0", kubernetes: "v1.29.0" } }, "failed"],
    ["versions", { versions: { operator: "0.1.0", kubernetes: "garbage" } }, "failed"],
    ["permissions", { survey: undefined }, "waiting"],
    ["permissions", { survey: { ...survey, forbidden: ["nodes"] } }, "failed"],
    ["storageClass", { survey: { ...survey, storageClasses: [] } }, "failed"],
    ["storageClass", { survey: { ...survey, storageClasses: [{ name: "slow", isDefault: false }] } }, "failed"],
    ["storageClass", { survey: { ...survey, storageClasses: undefined } }, "waiting"],
    ["ingress", { survey: { ...survey, ingressClasses: [] } }, "failed"],
    ["ingress", { survey: { ...survey, ingressClasses: undefined } }, "waiting"],
    ["desiredState", { source: undefined }, "waiting"],
    ["desiredState", { source: source({}) }, "waiting"],
    ["desiredState", { source: source(failed) }, "failed"],
    ["desiredState", { source: source({ phase: "Held" }) }, "failed"],
    ["desiredState", { source: source({ phase: "Pending" }) }, "waiting"],
    ["tunnel", { isTunnelOpen: false }, "waiting"],
  ])("says of %s with %j: %s", (id, facts, state) => {
    expect(stateOf(id, facts)).toBe(state);
  });

  it("names a command for all that is not ok", () => {
    const nothing = { survey: { ...survey, storageClasses: [], ingressClasses: [], forbidden: ["nodes"] } };
    const all = checks({ ...good, ...nothing, source: source(failed), isTunnelOpen: false });
    expect(all.filter(({ state }) => state !== "ok").every(({ command }) => command?.startsWith("kubectl "))).toBe(
      true,
    );
  });
});
