import { describe, expect, it } from "vitest";
import { type AuditEvent, refusals } from "./refusals.ts";

const bySecond = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const operator = "system:serviceaccount:skypanel-a:skypanel-operator";
const event = (second: number, verb: string, resource: string, namespace: string, more: Partial<AuditEvent> = {}) => ({
  ...{ verb, user: { username: operator }, objectRef: { resource, namespace } },
  ...{ requestReceivedTimestamp: bySecond(second), ...more },
});
const forbidden = { annotations: { "authorization.k8s.io/decision": "forbid" } };
const bound = (second: number) => event(second, "patch", "rolebindings", "sp-a", { responseStatus: { code: 201 } });
const refused = (second: number, more: Partial<AuditEvent> = {}) =>
  event(second, "get", "services", "sp-a", { ...forbidden, ...more });

describe("T-A15 refusals", () => {
  it("are counted by what was asked", () => {
    const pods = { resource: "pods", subresource: "log", namespace: "skypanel-a" };
    const events = [bound(0), refused(20), refused(30), refused(9, { verb: "list", objectRef: pods })];
    expect(refusals(events, "abused")).toEqual(["list pods/log in skypanel-a: 1", "get services in sp-a: 2"]);
  });

  it.each<[string, AuditEvent[]]>([
    ["before there is a right", [refused(1)]],
    ["while the right becomes known", [bound(0), refused(4)]],
    ["after the right was taken away", [bound(0), event(9, "deletecollection", "rolebindings", "sp-a"), refused(10)]],
    ["of another account", [bound(0), refused(20, { user: { username: "system:serviceaccount:sp-a:default" } })]],
    [
      "of the account that is misused",
      [bound(0), refused(20, { user: { username: "system:serviceaccount:abused:skypanel-operator" } })],
    ],
    ["of who speaks in its name", [bound(0), refused(20, { impersonatedUser: {} })]],
    ["that were none", [bound(0), refused(20, { annotations: { "authorization.k8s.io/decision": "allow" } })]],
  ])("are not counted %s", (_, events) => {
    expect(refusals(events, "abused")).toEqual([]);
  });
});
