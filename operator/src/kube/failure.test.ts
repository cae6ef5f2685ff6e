import { describe, expect, it } from "vitest";
import { failureOf, failureOfNetwork, failureOfStatus, isUntrusted } from "./failure.ts";
import { KubeError } from "./kube.ts";

const status = (more: object) => ({ kind: "Status", ...more });

describe("an answer that is no success", () => {
  it.each([
    [400, status({}), "invalid"],
    [401, "Unauthorized", "unauthorized"],
    [403, status({ message: "no" }), "forbidden"],
    [403, status({ details: { causes: [{ reason: "NamespaceTerminating" }] } }), "terminating"],
    [403, status({ message: "exceeded quota: q, requested: pods=1" }), "quota"],
    [404, status({}), "notFound"],
    [404, "404 page not found\n", "notFound"],
    [404, "<html>", "protocol"],
    [409, status({}), "conflict"],
    [410, status({}), "gone"],
    [422, status({}), "invalid"],
    [429, "busy", "tooMany"],
    [500, status({}), "unavailable"],
    [503, "<html>", "unavailable"],
    [504, status({}), "timeout"],
    [302, "<html>", "protocol"],
  ] as const)("%i %j is %s", (code, body, kind) => {
    expect(failureOf(code, body, undefined)).toMatchObject({ kind, status: code });
  });

  it("carries Retry-After, at most 30 s", () => {
    expect(failureOf(429, "", "5").retryAfterMs).toBe(5_000);
    expect(failureOf(429, "", "86400").retryAfterMs).toBe(30_000);
    expect(failureOf(429, status({ details: { retryAfterSeconds: 2 } }), undefined).retryAfterMs).toBe(2_000);
    expect(failureOf(429, "", "soon").retryAfterMs).toBeUndefined();
  });

  it("leaves a write open when it is a fault of what is behind", () => {
    for (const code of [500, 502, 503, 504]) expect(failureOf(code, status({}), undefined).outcomeKnown).toBe(false);
    for (const code of [400, 401, 409, 422, 429]) expect(failureOf(code, "", undefined).outcomeKnown).toBe(true);
  });

  it("cuts a long message and shows no body", () => {
    expect(failureOf(400, status({ message: "x".repeat(5_000) }), undefined).message).toHaveLength(512);
    expect(failureOf(500, "secret page", undefined).message).toBe("HTTP 500");
    expect(failureOf(500, { message: "secret page" }, undefined).message).toBe("HTTP 500");
  });

  it("is read from a watch too", () => {
    expect(failureOfStatus(status({ code: 410, reason: "Expired" })).kind).toBe("gone");
    expect(failureOfStatus("nonsense").kind).toBe("protocol");
  });
});

describe("no answer", () => {
  const because = (code: string) => Object.assign(new Error("x"), { code });

  it("leaves a write open only if it was out", () => {
    expect(failureOfNetwork(because("ECONNRESET"), undefined, true)).toMatchObject({
      kind: "network",
      outcomeKnown: false,
    });
    expect(failureOfNetwork(because("ECONNRESET"), undefined)).toMatchObject({ kind: "network", outcomeKnown: true });
  });

  it.each([
    ["CERT_HAS_EXPIRED", true],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", true],
    ["ERR_TLS_CERT_ALTNAME_INVALID", true],
    ["ECONNREFUSED", false],
  ])("for %s is distrust: %s", (code, expected) => {
    expect(isUntrusted(failureOfNetwork(because(code), undefined))).toBe(expected);
  });

  it("passes on what the caller aborted with, unless a write was out", () => {
    const why = new Error("enough");
    expect(failureOfNetwork(because("ECONNRESET"), AbortSignal.abort(why))).toBe(why);
    const open = failureOfNetwork(because("ECONNRESET"), AbortSignal.abort(why), true);
    expect(open).toMatchObject({ kind: "timeout", outcomeKnown: false });
  });

  it("leaves our own errors and the API's answers as they are", () => {
    const own = new KubeError("protocol", "no JSON");
    expect(failureOfNetwork(own, undefined)).toBe(own);
    const answer = new KubeError("conflict", "no", { status: 409 });
    expect(failureOfNetwork(answer, AbortSignal.abort(), true)).toBe(answer);
  });
});
