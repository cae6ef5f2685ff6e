import { describe, expect, it } from "vitest";
import type { WatchEvent } from "./kube.ts";
import { type Given, ours } from "./kube-contract-given.ts";
import { configMaps } from "./resources.ts";

/** What a watch tells. */
export function watchContract({ kube, fresh, body, create, pre }: Given): void {
  describe("watch", () => {
    const watch = async function* (from: string | undefined, labelSelector: string): AsyncGenerator<WatchEvent> {
      const stop = new AbortController();
      const options = { labelSelector, timeoutSeconds: 60, resourceVersion: from ?? "", initial: from === undefined };
      try {
        yield* kube().watch(configMaps, { ...options, signal: stop.signal });
      } finally {
        stop.abort(new Error("seen enough"));
      }
    };
    const told = async (events: AsyncGenerator<WatchEvent>, many: number) => {
      const all: string[] = [];
      for await (const event of events) {
        if (event.type === "bookmark") continue;
        all.push("object" in event ? `${event.type} ${event.object.metadata.name}` : event.type);
        if (all.length === many) return all;
      }
      return all;
    };

    it("tells the present state first, then that it is whole", async () => {
      const ref = fresh();
      await kube().apply(ref, body(ref, {}, { labels: { w: "state" } }), ours);
      expect(await told(watch(undefined, "w=state"), 2)).toEqual([`added ${ref.name}`, "initial-end"]);
    });

    it("tells what happened since a version, in order", async () => {
      const [before, ref] = [fresh(), fresh()];
      const { metadata } = await create(before);
      const labels = { w: "since" };
      await kube().apply(ref, body(ref, { a: "1" }, { labels }), ours);
      const { object } = await kube().apply(ref, body(ref, { a: "2" }, { labels }), ours);
      await kube().delete(ref, pre(object));
      const events = await told(watch(metadata.resourceVersion, "w=since"), 3);
      expect(events).toEqual(["added", "modified", "deleted"].map((type) => `${type} ${ref.name}`));
    });

    it("tells of an object that leaves the selection as deleted", async () => {
      const [before, ref] = [fresh(), fresh()];
      const { metadata } = await create(before);
      await kube().apply(ref, body(ref, {}, { labels: { w: "leaves" } }), ours);
      await kube().apply(ref, body(ref, {}, { labels: { w: "left" } }), ours);
      const events = await told(watch(metadata.resourceVersion, "w=leaves"), 2);
      expect(events).toEqual([`added ${ref.name}`, `deleted ${ref.name}`]);
    });

    it("goes on with what happens while it is open", async () => {
      const ref = fresh();
      const events = watch(undefined, "w=open");
      const first = await events.next();
      expect(first.value?.type).toBe("initial-end");
      await kube().apply(ref, body(ref, {}, { labels: { w: "open" } }), ours);
      expect(await told(events, 1)).toEqual([`added ${ref.name}`]);
    });
  });
}
