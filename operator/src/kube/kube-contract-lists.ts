import { describe, expect, it } from "vitest";
import { type ConfigMap, type Given, gathered, ours } from "./kube-contract-given.ts";
import { configMaps } from "./resources.ts";

/** What a list gives, by selector and in pages. */
export function listContract({ kube, fresh, body, create, namespace }: Given): void {
  /** Names the selector finds among four objects of one test: red and large, red, blue, and one without colour. */
  const found = async (test: string, selector: string) => {
    const kinds = [{ colour: "red", size: "l" }, { colour: "red" }, { colour: "blue" }, {}];
    const names = ["red-l", "red", "blue", "plain"];
    for (const [at, labels] of kinds.entries()) {
      const ref = { ...fresh(), name: `${test}-${names[at]}` };
      await kube().apply(ref, body(ref, {}, { labels: { test, ...labels } }), ours);
    }
    const pages = await gathered(
      kube().list(configMaps, { namespace, labelSelector: `test=${test},${selector}`, limit: 9 }),
    );
    return pages.flatMap(({ items }) => items.map(({ metadata }) => metadata.name.slice(test.length + 1)));
  };

  describe("a selector", () => {
    it.each([
      ["equal", "colour=red", ["red", "red-l"]],
      ["both", "colour=red,size=l", ["red-l"]],
      ["unequal", "colour!=red", ["blue", "plain"]],
      ["among", "colour in (red,green)", ["red", "red-l"]],
      ["not-among", "colour notin (red,green)", ["blue", "plain"]],
      ["has", "colour", ["blue", "red", "red-l"]],
      ["has-not", "!colour", ["plain"]],
    ])("%s finds %s", async (test, selector, expected) => {
      expect(await found(test, selector)).toEqual(expected);
    });
  });

  describe("pages", () => {
    const three = async (test: string) => {
      const made = [];
      for (const _ of [1, 2, 3]) {
        const ref = fresh();
        made.push((await kube().apply(ref, body(ref, {}, { labels: { test } }), ours)).object);
      }
      return made;
    };
    const sizes = async (test: string, limit: number) => {
      const pages = await gathered(kube().list(configMaps, { namespace, labelSelector: `test=${test}`, limit }));
      return pages.map(({ items }) => items.length);
    };

    it("hold no more than asked for, and everything together", async () => {
      await three("many");
      const small = await sizes("many", 2);
      expect([Math.max(...small), small.reduce((sum, size) => sum + size, 0)]).toEqual([2, 3]);
    });

    it("are one, and empty, where nothing is", async () => {
      expect(await sizes("none", 5)).toEqual([0]);
    });

    it("are all of one time, whatever happens between them", async () => {
      const [first] = await three("still");
      const options = { namespace, labelSelector: "test=still", limit: 2 };
      const pages = kube().list<ConfigMap>(configMaps, options)[Symbol.asyncIterator]();
      const one = await pages.next();
      await kube().apply(
        { ...fresh(), name: "zz-late" },
        { metadata: { name: "zz-late", namespace, labels: { test: "still" } } },
        ours,
      );
      const two = await pages.next();
      expect([one.value?.items.length, two.value?.items.length]).toEqual([2, 1]);
      expect(two.value?.resourceVersion).toBe(one.value?.resourceVersion);
      expect(Number(one.value?.resourceVersion)).toBeGreaterThanOrEqual(Number(first?.metadata.resourceVersion));
    });

    it("show what was just written", async () => {
      const { metadata } = await create(fresh());
      const [page] = await gathered(kube().list(configMaps, { namespace, limit: 500 }));
      expect(page?.items.map((item) => item.metadata.uid)).toContain(metadata.uid);
      expect(Number(page?.resourceVersion)).toBeGreaterThanOrEqual(Number(metadata.resourceVersion));
    });

    it("are of one namespace, or of all", async () => {
      await three("where");
      const count = async (place: object) => {
        const pages = await gathered(kube().list(configMaps, { ...place, labelSelector: "test=where", limit: 9 }));
        return pages.flatMap(({ items }) => items).length;
      };
      expect([await count({ namespace }), await count({}), await count({ namespace: "default" })]).toEqual([3, 3, 0]);
    });
  });
}
