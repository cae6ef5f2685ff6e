import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownerUidLabel, ownerUids } from "./inventory.ts";
import type { Live } from "./kube.ts";
import { configMaps } from "./resources.ts";
import { keyOf, table } from "./table.ts";

const object = (name: string, uid: string, version: number, owner = "o1"): Live => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name,
    namespace: "n",
    uid,
    resourceVersion: String(version),
    labels: { [ownerUidLabel]: owner, colour: owner },
  },
});
const colours = ({ metadata }: Live) => [metadata.labels?.colour ?? "none"];

const step = fc.record({
  what: fc.constantFrom("put", "remove", "replace"),
  name: fc.constantFrom("a", "b", "c", "d"),
  uid: fc.constantFrom("1", "2"),
  owner: fc.constantFrom("o1", "o2", "o3"),
});

describe("a table", () => {
  it("has in its indexes what a full scan finds, after any steps", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = table(configMaps);
        cache.addIndex("colour", colours);
        for (const [at, { what, name, uid, owner }] of steps.entries()) {
          const one = object(name, `${name}${uid}`, at + 1, owner);
          if (what === "put") cache.put(one);
          if (what === "remove") cache.remove(one);
          if (what === "replace") cache.replace([one, object("z", "z1", at + 1)], String(at + 1));
        }
        for (const owner of ["o1", "o2", "o3"]) {
          const scan = [...cache.all()].filter((one) => ownerUids(one).includes(owner)).map(keyOf);
          expect(cache.byIndex("owner", owner).map(keyOf).sort()).toEqual(scan.sort());
          expect(cache.byIndex("colour", owner).map(keyOf).sort()).toEqual(scan.sort());
        }
      }),
    );
  });

  it("enters what it holds into an index that comes later", () => {
    const cache = table(configMaps);
    cache.put(object("a", "1", 1, "red"));
    cache.addIndex("colour", colours);
    expect(cache.byIndex("colour", "red").map(keyOf)).toEqual(["n/a"]);
  });

  it("tells another object under an old name as gone and new", () => {
    const cache = table(configMaps);
    const told: (readonly [string | undefined, string | undefined])[] = [];
    cache.onChange((before, after) => told.push([before?.metadata.uid, after?.metadata.uid]));
    cache.put(object("a", "1", 1));
    cache.put(object("a", "2", 2));
    expect(told).toEqual([
      [undefined, "1"],
      ["1", undefined],
      [undefined, "2"],
    ]);
  });

  it("does not go back to an older version", () => {
    const cache = table(configMaps);
    cache.put(object("a", "1", 10, "new"));
    cache.put(object("a", "1", 9, "old"));
    expect(cache.byIndex("owner", "new")).toHaveLength(1);
  });

  it("does not forget a newer object for an old removal", () => {
    const cache = table(configMaps);
    cache.put(object("a", "2", 10));
    cache.remove(object("a", "1", 9));
    expect(cache.size()).toBe(1);
  });

  it("exchanges everything at once and removes what is missing", () => {
    const cache = table(configMaps);
    cache.put(object("a", "1", 1));
    cache.put(object("b", "2", 2));
    const removed: (string | undefined)[] = [];
    cache.onChange((before, after) => after === undefined && removed.push(before?.metadata.name));
    cache.replace([object("b", "2", 2), object("c", "3", 4)], "5");
    expect(removed).toEqual(["a"]);
    expect([cache.size(), cache.version()]).toEqual([2, "5"]);
  });
});
