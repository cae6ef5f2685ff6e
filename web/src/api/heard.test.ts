import { expect, it, vi } from "vitest";
import { createHeard } from "./heard.ts";

const beat = (name: string, at: string) => ({ type: "cluster.heard", data: JSON.stringify({ name, at }) });
const [early, late] = ["2030-01-01T00:00:00.000Z", "2030-01-01T00:00:10.000Z"];

it("knows when it learnt of a heartbeat, cluster by cluster", () => {
  const heard = createHeard(() => 7_000);
  heard.note([beat("eu-1", early)]);
  expect([heard.seen("eu-1"), heard.seen("eu-2")]).toEqual([7_000, 0]);
});

it("takes the later of what was read and what was heard", () => {
  const heard = createHeard(() => 0);
  expect(heard.latest("eu-1", null)).toBeNull();
  heard.note([beat("eu-1", early)]);
  expect([heard.latest("eu-1", null), heard.latest("eu-1", late)]).toEqual([early, late]);
  heard.note([beat("eu-1", late)]);
  expect(heard.latest("eu-1", early)).toBe(late);
});

it("rouses listeners for heartbeats alone", () => {
  const heard = createHeard(() => 0);
  const listener = vi.fn<() => void>();
  const leave = heard.subscribe(listener);
  heard.note([{ type: "app.changed", data: "{}" }]);
  expect(listener).not.toHaveBeenCalled();
  heard.note([beat("eu-1", early), beat("eu-2", early)]);
  expect(listener).toHaveBeenCalledTimes(1);
  leave();
  heard.note([beat("eu-1", late)]);
  expect(listener).toHaveBeenCalledTimes(1);
});
