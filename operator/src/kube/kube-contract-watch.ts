import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { WatchEvent } from "./kube.ts";
import { type Given, ours } from "./kube-contract-given.ts";
import { configMaps } from "./resources.ts";

/** What a watch tells. */
export function watchContract({ kube, fresh, body, create, pre, remind }: Given): void {
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

    it("tells of an object that enters the selection as added", async () => {
      const [before, ref] = [fresh(), fresh()];
      const { metadata } = await create(before);
      await kube().apply(ref, body(ref, {}, { labels: { w: "outside" } }), ours);
      await kube().apply(ref, body(ref, {}, { labels: { w: "enters" } }), ours);
      expect(await told(watch(metadata.resourceVersion, "w=enters"), 1)).toEqual([`added ${ref.name}`]);
    });

    it("goes on from the end of the initial state without telling it again", async () => {
      const [old, ref] = [fresh(), fresh()];
      await kube().apply(old, body(old, {}, { labels: { w: "resumed" } }), ours);
      let version = "";
      for await (const event of watch(undefined, "w=resumed")) {
        if (event.type !== "initial-end") continue;
        version = event.resourceVersion;
        break;
      }
      await kube().apply(ref, body(ref, {}, { labels: { w: "resumed" } }), ours);
      expect(await told(watch(version, "w=resumed"), 1)).toEqual([`added ${ref.name}`]);
    });

    it("gives a deletion a version of its own, above all before", async () => {
      const ref = fresh();
      const { object } = await kube().apply(ref, body(ref, {}, { labels: { w: "version" } }), ours);
      await kube().delete(ref, pre(object));
      for await (const event of watch(object.metadata.resourceVersion, "w=version")) {
        if (event.type !== "deleted") continue;
        expect(event.object.metadata.uid).toBe(object.metadata.uid);
        expect(Number(event.object.metadata.resourceVersion)).toBeGreaterThan(Number(object.metadata.resourceVersion));
        break;
      }
    });

    it("says how far it has come when nothing happens", { timeout: 90_000 }, async () => {
      const { metadata } = await create(fresh());
      const events = watch(metadata.resourceVersion, "w=nothing");
      const next = events.next();
      await turn(); // by then the twin's watch is open
      remind();
      const { value } = await next;
      expect(value?.type).toBe("bookmark");
      await events.return(undefined);
    });

    it("refuses to go on from a version that is forgotten", async () => {
      const events = watch("1", "w=old");
      const first = await events.next().catch((error: unknown) => ({ value: { type: "error", error } }));
      expect(first.value).toMatchObject({ type: "error", error: { kind: "gone" } });
    });

    it("ends with the reason of an aborted signal", async () => {
      const stop = new AbortController();
      const why = new Error("enough");
      const options = { labelSelector: "w=aborted", timeoutSeconds: 60, resourceVersion: "", initial: true };
      const events = kube()
        .watch(configMaps, { ...options, signal: stop.signal })
        [Symbol.asyncIterator]();
      expect((await events.next()).value?.type).toBe("initial-end");
      stop.abort(why);
      await expect(events.next()).rejects.toBe(why);
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
