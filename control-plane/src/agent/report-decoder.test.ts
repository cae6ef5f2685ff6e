import { limits } from "@skypanel/crds/limits.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anItem } from "../../../operator/src/hub/an-item.ts";
import { heartbeatBody, type ReportsBody, reportsBody } from "../contract/agent.ts";
import { Invalid } from "../errors.ts";
import { parsed } from "../http/input.ts";
import { tooComplex } from "../http/json-body.ts";

/** A body as the route reads it, once its bytes are counted. */
function decoded(text: string, schema: typeof reportsBody | typeof heartbeatBody = reportsBody): unknown {
  const body: unknown = JSON.parse(text);
  const problem = tooComplex(body);
  if (problem) throw problem;
  return parsed(schema, body, "");
}

const report: ReportsBody = { epoch: 1, seq: 1, snapshot: "none", items: [anItem()] };
const isPlain = (value: unknown): boolean =>
  typeof value !== "object" ||
  value === null ||
  ([Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value)) && Object.values(value).every(isPlain));

/** What the decoder makes of `text`: a report, or its own refusal; anything else it throws fails the test. */
function outcome(text: string): "report" | "refused" {
  try {
    const body = decoded(text);
    expect(Object.keys(Object(body)).toSorted()).toEqual(["epoch", "items", "seq", "snapshot"]);
    expect(isPlain(body)).toBe(true);
    return "report";
  } catch (error) {
    if (error instanceof Invalid) return "refused";
    throw error;
  }
}

const nasty = fc.constantFrom("__proto__", "constructor", "prototype", "toString", "status", "items", "x", "\u0000");
const value = fc.jsonValue({ maxDepth: 6 });

describe("the decoder of reports", () => {
  it("T-Z05 reads a report and drops what it does not know", () => {
    const more = { ...report, since: 1, items: [{ ...anItem(), phase: "Live", nested: { deep: true } }] };
    expect(decoded(JSON.stringify(more))).toEqual(report);
  });

  it("T-Z05 takes any JSON as a report or as none", () => {
    const run = fc.property(value, (json) => void outcome(JSON.stringify(json)));
    expect(() => fc.assert(run, { numRuns: 1_000, seed: 5 })).not.toThrow();
  });

  it("T-Z05 takes a report with anything in any place as a report or as none", () => {
    const seen = { report: 0, refused: 0 };
    const place = fc.constantFrom("body", "item", "status", "spec");
    const run = fc.property(place, nasty, value, (where, key, json) => {
      const entry = `${JSON.stringify(key)}:${JSON.stringify(json)}`;
      const item = JSON.stringify({ ...anItem(), status: "STATUS", spec: "SPEC" })
        .replace('"STATUS"', () => (where === "status" ? `{${entry}}` : "{}"))
        .replace('"SPEC"', () => (where === "spec" ? `{${entry}}` : "null"));
      const inItem = where === "item" ? item.replace("{", () => `{${entry},`) : item;
      const text = `{"epoch":1,"seq":1,"snapshot":"none",${where === "body" ? `${entry},` : ""}"items":[${inItem}]}`;
      seen[outcome(text)] += 1;
    });
    fc.assert(run, { numRuns: 1_000, seed: 6 });
    expect(Object.keys({})).toEqual([]);
    expect(Reflect.get({}, "x")).toBeUndefined();
    expect(seen.report).toBeGreaterThan(100);
    expect(seen.refused).toBeGreaterThan(100);
  });

  it.each([
    ["arrays", "[", "]"],
    ["objects", '{"a":', "}"],
  ])("T-Z05 refuses %s deeper than twenty, however deep", (_, open, close) => {
    for (const depth of [limits.api.depth, 1_000, 50_000]) {
      const deep = `${open.repeat(depth)}1${close.repeat(depth)}`;
      const text = JSON.stringify({ ...report, items: [anItem({ status: { deep: "HERE" } })] });
      expect(() => decoded(text.replace('"HERE"', deep))).toThrow(/nests deeper/);
    }
  });

  it("T-Z05 reads a heartbeat of a newer operator", () => {
    const versions = { operator: "9.0.0", kubernetes: "v1.40.0" };
    const known = {
      versions,
      machines: [],
      checks: [],
      appliedSeq: 1,
      appliedCommit: null,
      oldestPendingSeconds: null,
    };
    const newer = { ...known, versions: { ...versions, node: "v30" }, zone: "a" };
    expect(decoded(JSON.stringify(newer), heartbeatBody)).toEqual(known);
  });
});
