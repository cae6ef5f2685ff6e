import { type StateSource, stateSourceSpec } from "@skypanel/crds/kinds/state-source.ts";
import { limits } from "@skypanel/crds/limits.ts";
import { API_VERSION } from "@skypanel/crds/meta.ts";
import { reason } from "@skypanel/crds/reasons.ts";
import { describe, expect, it } from "vitest";
import { type Look, status } from "./status.ts";

const now = Date.UTC(2030, 0, 1);
const older = { commit: "a".repeat(40), sequence: 4 };
const point = { commit: "b".repeat(40), sequence: 5 };
const counts = { files: 3, objects: 3, broken: 0, ignored: 0 };
const applied: Look & { k: "applied" } = {
  k: "applied",
  point,
  counts,
  broken: [],
  later: 0,
  isWhole: true,
  held: undefined,
};

function source(before?: StateSource["status"]): StateSource {
  return {
    apiVersion: API_VERSION,
    kind: "StateSource",
    metadata: { name: "skypanel" },
    spec: stateSourceSpec.parse({}),
    ...(before === undefined ? {} : { status: before }),
  };
}

const said = source({ phase: "Current", fetched: older, applied: older, counts });
const look = (result: Look, from = said) => status(from, result, now);

describe("the status of the source", () => {
  it("is Current once a commit is applied as a whole", () => {
    expect(look(applied)).toMatchObject({
      status: { phase: "Current", fetched: point, applied: point, counts },
      ready: { status: "True" },
      outcome: { k: "done" },
    });
  });

  it("is Behind while objects wait for their namespace", () => {
    const verdict = look({ ...applied, later: 2 });
    expect(verdict.status).toMatchObject({ phase: "Behind", fetched: point, applied: older });
    expect(verdict.outcome).toMatchObject({
      k: "wait",
      reason: { message: "Under way since 2030-01-01T00:00:00Z. Wait." },
    });
  });

  it("is Behind while files are still to be read", () => {
    expect(look({ ...applied, isWhole: false }, source()).status).toEqual({ phase: "Behind", fetched: point, counts });
  });

  it("names the first broken file and lists twenty", () => {
    const broken = Array.from({ length: 30 }, (_, index) => ({
      path: `f${index}`,
      message: "torn",
      ...(index ? {} : { line: 7 }),
    }));
    const verdict = look({ ...applied, broken });
    expect(verdict.ready.reason.message).toBe("f0:7: torn. Correct the file.");
    expect(verdict.status).toMatchObject({ phase: "Failed", applied: older });
    expect(verdict.status.problems).toHaveLength(20);
  });

  it("is ManagedElsewhere only if nothing else is wrong", () => {
    const theirs = { path: "a", message: "kubectl manages it. Remove one of the two.", isElsewhere: true } as const;
    const torn = { path: "b", line: 3, message: "torn" };
    expect(look({ ...applied, broken: [theirs] }).outcome).toMatchObject({
      k: "stop",
      reason: { name: "ManagedElsewhere" },
    });
    expect(look({ ...applied, broken: [theirs, torn] }).ready.reason.message).toBe("b:3: torn. Correct the file.");
  });

  it("tells whoever goes on that confirmed removals have begun, and forgets it with their end", () => {
    const releasing: Look = { k: "releasing", point, removals: { id: "0123", paths: ["a", "b"] } };
    const verdict = look(releasing);
    const begun = { id: "0123", count: 2, paths: ["a", "b"], begun: point.commit };
    expect(verdict.status).toMatchObject({ phase: "Behind", heldPrune: begun });
    const failed = { k: "failed", error: new Error("x"), reason: reason("ApiUnavailable", {}) } as const;
    expect(look(failed, source(verdict.status)).status).toMatchObject({ heldPrune: begun });
    expect(look(applied, source(verdict.status)).status).not.toHaveProperty("heldPrune");
  });

  it("stays within its limit, whatever is broken", () => {
    const path = `tenants/${"a".repeat(63)}/secrets/${"b".repeat(63)}.yaml`;
    const broken = Array.from({ length: 99 }, (_, index) => ({
      path: path.replace("/secrets/b", `/secrets/${index}`),
      line: 1_000_000,
      message: "\u{1f600}".repeat(5_000),
    }));
    const { status: said } = look({ ...applied, broken });
    expect(said.problems).toHaveLength(limits.desired.brokenFilesShown);
    const rest = 3 * limits.kube.messageLength; // of the conditions
    expect(Buffer.byteLength(JSON.stringify(said)) + rest).toBeLessThan(limits.desired.statusBytes);
    expect(said.problems?.every(({ message }) => message.isWellFormed())).toBe(true);
  });

  it("shows the removals that wait, and how to let them go", () => {
    const verdict = look({ ...applied, held: { id: "0123", paths: ["a", "b"] } });
    expect(verdict).toMatchObject({
      status: { phase: "Held", heldPrune: { id: "0123", count: 2, paths: ["a", "b"] } },
      outcome: { k: "stop", reason: { message: "2 removals wait. Confirm, or restore the files." } },
    });
  });

  it.each([
    [{ k: "suspended" }, "Suspended", "stop", "Stopped"],
    [{ k: "paused" }, "Suspended", "stop", "Paused"],
    [{ k: "invalid", field: "spec.branch", problem: "too long" }, "Failed", "stop", "SpecInvalid"],
    [{ k: "rewritten" }, "Failed", "stop", "HistoryRewritten"],
    [{ k: "older" }, "Behind", "done", "Running"],
    [{ k: "unreachable", why: "no route" }, "Failed", "wait", "SourceUnreachable"],
    [{ k: "failed", error: new Error("x"), reason: reason("ApiUnavailable", {}) }, "Failed", "retry", "ApiUnavailable"],
  ] as const)("forgets nothing when a look ends as %o", (result, phase, k, name) => {
    const verdict = look(result);
    expect(verdict.status).toEqual({ phase, fetched: older, applied: older, counts });
    expect([verdict.outcome.k, verdict.ready.reason.name]).toEqual([k, name]);
  });

  it("keeps the broken files and the held removals it knew", () => {
    const known = { problems: [{ path: "f", message: "torn" }], heldPrune: { id: "0123", count: 1, paths: ["a"] } };
    expect(look({ k: "older" }, source(known)).status).toEqual({ phase: "Behind", ...known });
  });
});
