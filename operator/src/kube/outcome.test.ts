import { describe, expect, it } from "vitest";
import type { ErrorKind } from "./kube.ts";
import { isApiFault, isStale, outcomeOf } from "./outcome.ts";

const failed = (kind: ErrorKind | undefined, message = "message") =>
  outcomeOf({
    error: new Error(message),
    ...(kind === undefined ? {} : { kind }),
    verb: "patch",
    resource: "deployments",
    namespace: "sp-acme",
    id: "r1",
  });

describe("the outcome of a failed run", () => {
  it.each([
    ["terminating", "wait", "DependencyNotReady"],
    ["quota", "wait", "QuotaExceeded"],
    ["invalid", "stop", "SpecInvalid"],
    ["forbidden", "retry", "PermissionMissing"],
    ["tooMany", "retry", "ApiUnavailable"],
    ["unavailable", "retry", "ApiUnavailable"],
    ["timeout", "retry", "ApiUnavailable"],
    ["network", "retry", "ApiUnavailable"],
    ["unauthorized", "retry", "ApiUnavailable"],
    ["protocol", "retry", "ApiUnavailable"],
    ["notFound", "wait", "DependencyNotReady"],
    [undefined, "retry", "InternalError"],
  ] as const)("of %s is %s with %s", (kind, k, name) => {
    expect(failed(kind)).toMatchObject({ k, reason: { name } });
  });

  it("names the field that cannot change", () => {
    const message =
      'Deployment.apps "x" is invalid: spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable';
    expect(failed("invalid", message)).toMatchObject({
      reason: { name: "ImmutableField", cause: "spec.selector cannot change." },
    });
  });

  it("names the field and the problem, not the value", () => {
    const message = 'Secret "x" is invalid: metadata.name: Invalid value: "S3CRET": must be lower case';
    const { reason } = failed("invalid", message);
    expect(reason.cause).toBe("metadata.name: must be lower case.");
  });

  it("names the resource a quota is used up of", () => {
    const message =
      'pods "x" is forbidden: exceeded quota: q, requested: limits.cpu=1, used: limits.cpu=4, limited: limits.cpu=4';
    expect(failed("quota", message).reason.cause).toContain("limits.cpu");
  });

  it("names what the API says was denied, whatever was tried", () => {
    const message =
      'secrets "x" is forbidden: User "u" cannot get resource "secrets" in API group "" in the namespace "sp-acme"';
    expect(failed("forbidden", message).reason.cause).toBe("May not get secrets.");
    expect(failed("forbidden", "no").reason.cause).toBe("May not patch deployments.");
  });

  it("of what an admission policy or webhook forbids is a matter of the spec, not of rights", () => {
    const policy = `deployments.apps "x" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: odd only`;
    const webhook = 'admission webhook "w.example" denied the request: odd only';
    for (const message of [policy, webhook]) {
      const { k, reason } = failed("forbidden", message);
      expect([k, reason.name, reason.cause]).toEqual(["stop", "SpecInvalid", "spec: odd only."]);
    }
  });

  it("of a throw shows an id and no message", () => {
    expect(failed(undefined, "password is hunter2").reason.message).not.toContain("hunter2");
  });

  it("tells faults of the API from those of the object", () => {
    expect(isApiFault("network")).toBe(true);
    expect(isApiFault("invalid")).toBe(false);
    expect(isApiFault(undefined)).toBe(false);
    expect(isStale("conflict")).toBe(true);
    expect(isStale("network")).toBe(false);
  });
});
