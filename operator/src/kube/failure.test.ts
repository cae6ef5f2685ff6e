import { describe, expect, it } from "vitest";
import { failureOf, failureOfNetwork, failureOfStatus } from "./failure.ts";
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

  it("says that a gateway's 504 leaves a write open", () => {
    expect(failureOf(504, "", undefined).outcomeKnown).toBe(false);
    expect(failureOf(500, status({}), undefined).outcomeKnown).toBe(true);
  });

  it("cuts a long message and shows no body", () => {
    expect(failureOf(400, status({ message: "x".repeat(5_000) }), undefined).message).toHaveLength(512);
    expect(failureOf(500, "secret page", undefined).message).toBe("HTTP 500");
  });

  it("is read from a watch too", () => {
    expect(failureOfStatus(status({ code: 410, reason: "Expired" })).kind).toBe("gone");
    expect(failureOfStatus("nonsense").kind).toBe("protocol");
  });
});

describe("no answer", () => {
  const failed = (code: string, signal?: AbortSignal) =>
    failureOfNetwork(Object.assign(new Error("x"), { code }), signal);

  it.each([
    ["ECONNREFUSED", "network", true],
    ["UND_ERR_CONNECT_TIMEOUT", "network", true],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "network", true],
    ["ECONNRESET", "network", false],
    ["UND_ERR_SOCKET", "network", false],
    ["UND_ERR_HEADERS_TIMEOUT", "timeout", false],
  ])("for %s is %s, its outcome known: %s", (code, kind, outcomeKnown) => {
    expect(failed(code)).toMatchObject({ kind, outcomeKnown });
  });

  it("passes on what the caller aborted with", () => {
    const why = new Error("enough");
    expect(failed("ECONNRESET", AbortSignal.abort(why))).toBe(why);
  });

  it("leaves our own errors as they are", () => {
    const own = new KubeError("protocol", "no JSON");
    expect(failureOfNetwork(own, undefined)).toBe(own);
  });
});
