import { describe, expect, it } from "vitest";
import { aWidget, widgetRef } from "./a-widget.ts";
import { aWidgetWorld, service } from "./a-world.ts";
import { canonical } from "./hash.ts";
import type { Json, Live, WatchEvent } from "./kube.ts";
import type { Tampering } from "./memory-watch.ts";
import type { Owner } from "./status.ts";

type World = Awaited<ReturnType<typeof aWidgetWorld>>;
const slow = 120_000; // on a machine that does much else
const parts = (...names: string[]) => ({ parts: names });
const places = [widgetRef(), ...["w-a", "w-b", "w-c"].map(service)];

/** What people do to a widget, one after the other: it grows, 3 → 2 → 3, changes, drifts, loses a part. */
const edits: readonly ((world: World) => unknown)[] = [
  ({ kube }) => kube.edit(widgetRef(), aWidget(parts("a"))),
  ({ kube }) => kube.edit(widgetRef(), aWidget(parts("a", "b", "c"))),
  ({ kube }) => kube.edit(widgetRef(), aWidget(parts("a", "b"))),
  ({ kube }) => kube.edit(widgetRef(), aWidget(parts("a", "b", "c"))),
  ({ kube }) => kube.edit(widgetRef(), aWidget({ ...parts("a", "b", "c"), colour: "blue" })),
  ({ kube }) => kube.find(service("w-a")) && kube.edit(service("w-a"), { metadata: { labels: { colour: "black" } } }),
  ({ kube }) => kube.find(service("w-b")) && kube.remove(service("w-b")),
];

/** The cluster without what differs between two runs that did the same: uids, versions, times, our own touch. */
function dump({ kube }: World): string {
  const bare = (field: string, value: unknown) =>
    /uid|version|time|generation|observedAt|ownerReferences|touched/i.test(field) ? undefined : value;
  const objects: Json = JSON.parse(
    JSON.stringify(
      places.map((ref) => kube.find(ref) ?? null),
      bare,
    ),
  );
  return canonical(objects);
}

/** True if a status speaks of a generation that is not there yet. */
function isAhead(object: Live): boolean {
  return ((object as Owner).status?.observedGeneration ?? 0) > (object.metadata.generation ?? 0);
}

/** All edits, while the events numbered `from` to below `to` are tampered with; then each object is touched once. */
async function run(how: Tampering, from: number, to: number) {
  const world = await aWidgetWorld();
  const lost: string[] = [];
  const ahead: Live[] = [];
  let delivered = 0;
  world.kube.watches.tamper((event: WatchEvent) => {
    delivered += 1;
    if ("object" in event && isAhead(event.object)) ahead.push(event.object);
    if (delivered < from || delivered >= to) return "pass";
    lost.push(event.type);
    return how;
  });
  for (const edit of edits) {
    edit(world);
    await world.clock.advance(1_000);
  }
  const events = delivered;
  world.kube.heal();
  await world.clock.advance(30_000);
  for (const ref of places.filter(world.kube.find)) {
    await world.kube.apply(
      ref,
      { metadata: { annotations: { touched: "" } } },
      { manager: "skypanel-state", force: true },
    );
  }
  if (how === "lose" && lost.includes("deleted")) {
    world.kube.watches.compact(); // nothing more will be said of what is gone: only a relist shows it
    world.kube.watches.cut();
  }
  await world.clock.advance(60_000);
  world.calls();
  for (let n = 0; n < 50; n += 1) await world.clock.advance(1_000);
  return { dump: dump(world), ahead, events, calls: world.calls() };
}

describe("T-F04 events that are missed", () => {
  it.each([
    ["reset", 1],
    ["reset", 3],
    ["garble", 1],
    ["swap", 1],
    ["twice", 2],
    ["lose", 1],
    ["lose", 2],
    ["lose", 3],
  ] as const)(
    "by %s, each in turn, %i in a row, leave the cluster as it would be without",
    { timeout: slow },
    async (how, inARow) => {
      const undisturbed = await run("pass", 0, 0);
      expect(undisturbed.events).toBeGreaterThan(15);
      expect(undisturbed.dump).toContain('"colour":"blue"');
      for (let from = 1; from <= undisturbed.events; from += 1) {
        const disturbed = await run(how, from, from + inARow);
        const which = `case=${from} of ${undisturbed.events}`;
        expect(disturbed.dump, which).toBe(undisturbed.dump);
        expect([disturbed.calls, disturbed.ahead], which).toEqual([[], []]);
      }
    },
  );
});
