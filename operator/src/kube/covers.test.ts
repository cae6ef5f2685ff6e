import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replayLine, seeded, seedsOf } from "../../../e2e/harness/seeds.ts";
import { aDeployment, aService, asServed, withOneEdit } from "./a-served-object.ts";
import { covers } from "./covers.ts";
import type { Json, JsonObject } from "./kube.ts";
import { deployments, services } from "./resources.ts";

const name = fc.constantFrom("a", "b", "c", "d");
const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean());
const { object } = fc.letrec<{ object: JsonObject; value: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, tie("object"), fc.array(leaf, { maxLength: 3 })),
  object: fc.dictionary(name, tie("value"), { maxKeys: 4 }) as fc.Arbitrary<JsonObject>,
}));

const container = (more: JsonObject = {}): JsonObject => ({
  spec: { template: { spec: { containers: [{ name: "web", image: "x", ...more }] } } },
});

describe("covers", () => {
  it("holds for every value and itself", () => {
    fc.assert(
      fc.property(object, (value) => {
        expect(covers(structuredClone(value), value, {})).toBe(true);
      }),
    );
  });

  it("does not mind what others added to maps", () => {
    fc.assert(
      fc.property(object, leaf, (value, added) => {
        expect(covers({ ...value, added }, value, {})).toBe(true);
      }),
    );
  });

  it("sees every removed or changed key", () => {
    fc.assert(
      fc.property(object, fc.nat(), (value, at) => {
        const keys = Object.keys(value);
        fc.pre(keys.length > 0);
        const key = keys[at % keys.length] ?? "";
        const { [key]: _, ...without } = value;
        expect(covers(without, value, {})).toBe(false);
        expect(covers({ ...value, [key]: "another value" }, value, {})).toBe(false);
      }),
    );
  });

  it.each([
    ["1000m", "1", "cpu"],
    ["1", "1000m", "cpu"],
    ["1Gi", "1024Mi", "memory"],
    ["0.5", "500m", "cpu"],
  ])("takes the quantities %s and %s for one value", (live, desired, key) => {
    const of = (value: string) => container({ resources: { limits: { [key]: value } } });
    expect(covers(of(live), of(desired), deployments.lists)).toBe(true);
  });

  it("takes no quantity where none can be", () => {
    expect(covers({ metadata: { labels: { n: "1000m" } } }, { metadata: { labels: { n: "1" } } }, {})).toBe(false);
  });

  it("finds items of keyed lists wherever they stand", () => {
    const live = {
      spec: { template: { spec: { containers: [{ name: "sidecar" }, { name: "web", image: "x", extra: 1 }] } } },
    };
    expect(covers(live, container(), deployments.lists)).toBe(true);
  });

  it("sees a changed item of a keyed list", () => {
    expect(covers(container({ image: "y" }), container(), deployments.lists)).toBe(false);
  });

  it("knows the protocol the server fills in", () => {
    const live = { spec: { ports: [{ port: 80, protocol: "TCP", targetPort: 3000 }] } };
    expect(covers(live, { spec: { ports: [{ port: 80, targetPort: 3000 }] } }, services.lists)).toBe(true);
  });

  it("compares a list without merge keys exactly", () => {
    expect(covers({ args: ["a", "b"] }, { args: ["a", "b"] }, {})).toBe(true);
    expect(covers({ args: ["a", "b", "c"] }, { args: ["a", "b"] }, {})).toBe(false);
    expect(covers({ args: ["b", "a"] }, { args: ["a", "b"] }, {})).toBe(false);
  });

  it("sees what somebody added to an item of such a list", () => {
    const desired = { from: [{ podSelector: { matchLabels: { app: "x" } } }] };
    const wider = { from: [{ podSelector: { matchLabels: { app: "x" } }, namespaceSelector: {} }] };
    expect(covers(wider, desired, {})).toBe(false);
  });

  it("sees a value of another type", () => {
    expect(covers({ a: "1" }, { a: 1 }, {})).toBe(false);
    expect(covers({ a: [] }, { a: {} }, {})).toBe(false);
    expect(covers(undefined, { a: 1 }, {})).toBe(false);
  });

  it.each(seedsOf("covers", 1))(
    "is never wrong about a Deployment and a Service: what the server adds is no drift, each edit of ours is (seed %i)",
    (seed) => {
      const random = seeded(seed);
      for (let run = 0; run < 2_000; run += 1) {
        const where = replayLine("covers", seed, run);
        for (const [desired, lists] of [
          [aDeployment(random), deployments.lists],
          [aService(random), services.lists],
        ] as const) {
          const live = asServed(desired, random);
          expect(covers(live, desired, lists), where).toBe(true);
          const [edited, path] = withOneEdit(live, desired, random);
          expect(covers(edited, desired, lists), `${where}: ${path}`).toBe(false);
        }
      }
    },
    60_000,
  );
});
