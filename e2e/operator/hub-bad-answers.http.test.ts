import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { controlPlane } from "../../operator/src/hub/control-plane.ts";
import type { Action } from "../fault-proxy/rule.ts";
import { replayLine, seeded, seedsOf } from "../harness/seeds.ts";
import { hubReporter } from "./hub-reporter.ts";
import { type PanelBehindProxy, panelBehindProxy } from "./panel-behind-proxy.ts";

let at: PanelBehindProxy;
beforeAll(async () => {
  at = await panelBehindProxy();
});
afterAll(() => at.close());

const page = { "content-type": "text/html" };
const json = { "content-type": "application/json" };
const answer = (status: number, headers: Readonly<Record<string, string>>, body: string): Action => ({
  type: "answer",
  status,
  headers,
  body,
});
const bad: readonly (readonly [string, Action])[] = [
  ["500 without a body", answer(500, {}, "")],
  ["503 with a wish to be left alone for a day", answer(503, { ...json, "retry-after": "86400" }, "{}")],
  ["a proxy's page with 200", answer(200, page, "<html>Log in to the hotel's network</html>")],
  ["a proxy's page with 400", answer(400, page, "<html>400 Bad Request</html>")],
  ["a proxy's page with 401", answer(401, page, "<html>401</html>")],
  ["a redirection to elsewhere", answer(307, { location: "http://127.0.0.1:1/agent/v1/reports" }, "")],
  ["a body of 8 MiB", answer(200, json, `{"accepted":true,"x":"${"x".repeat(8 * 1_024 * 1_024)}"}`)],
  ["JSON that is none of ours", answer(200, json, '{"accepted":"yes","__proto__":{"accepted":true}}')],
  ["JSON as deep as a well", answer(200, json, "[".repeat(100_000))],
  ["a number too large for an epoch", answer(200, json, '{"epoch":1e300,"accepted":1}')],
  ["a connection that closes", { type: "drop" }],
  ["an answer that is lost", { type: "cut" }],
  ["an answer cut short", { type: "truncate", bytes: 7 }],
  ["half an answer", { type: "halfLine" }],
  ["every request twice", { type: "duplicate" }],
  ["a connection refused", { type: "refuse" }],
];

const observed = async (clusterId: string) => {
  const text = "select uid || '@' || revision as now from observations where cluster_id = $1 order by 1";
  return (await at.panel.database.owner<{ now: string }>(text, [clusterId])).map(({ now }) => now).toSorted();
};

describe("a control plane that answers badly for long", () => {
  const [seed = 1] = seedsOf("T-F16");

  it.each(bad)("loses nothing by %s", async (_, action) => {
    const chance = seeded(seed);
    const worker = await at.workers.joined(`bad-${bad.findIndex(([, one]) => one === action)}`);
    const reporter = hubReporter(controlPlane(new URL(at.proxy.url), worker.credential), chance.next);
    reporter.change(chance);
    await reporter.pass(20_000, 20);
    const heal = at.proxy.arm({ match: { path: "/^.agent.v1.(reports|epoch)/" }, action });
    const since = at.proxy.calls().length;
    for (let edit = 0; edit < 100; edit += 1) {
      reporter.change(chance);
      await reporter.pass(6_000, 6);
    }
    // Ten minutes of back-off of 20 to 30 s, or as many reports as there were edits.
    expect(at.proxy.calls().length - since).toBeLessThanOrEqual(250);
    heal();
    // Minutes pass here in a second, but the control plane counts requests by its own clock: it may ask to wait.
    const caughtUp = async () => {
      await reporter.pass(10_000, 10);
      return { now: await observed(worker.clusterId), waits: reporter.reporting.oldestPendingSeconds() };
    };
    const message = replayLine("T-F16", seed);
    await expect.poll(caughtUp, { timeout: 20_000, message }).toEqual({ now: reporter.truth(), waits: null });
    await reporter.stop();
  });

  it("gives up waiting for an answer that never comes", async () => {
    const chance = seeded(seed);
    const worker = await at.workers.joined("hanging");
    const reporter = hubReporter(controlPlane(new URL(at.proxy.url), worker.credential), chance.next);
    await reporter.pass(20_000, 20);
    at.proxy.arm({ match: { path: "/^.agent.v1.reports$/", times: 1 }, action: { type: "freeze", afterBytes: 3 } });
    reporter.change(chance);
    await reporter.pass(60_000, 60);
    expect(await observed(worker.clusterId)).toEqual(reporter.truth());
    await reporter.stop();
  });
});
