import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../../../e2e/harness/api.ts";
import { type Panel, testPanel } from "../../../e2e/harness/panel.ts";
import { readSse } from "../../../e2e/harness/sse.ts";
import { versions, workersOf } from "../../../e2e/harness/workers.ts";
import { withTenant } from "../db/tenant.ts";
import { publish } from "../services/activity/publish.ts";

let panel: Panel;
let stop = new AbortController();
beforeAll(async () => {
  panel = await testPanel();
});
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});
afterAll(() => panel.close());

const heartbeat = {
  versions,
  machines: [],
  checks: [],
  appliedSeq: null,
  appliedCommit: null,
  oldestPendingSeconds: null,
};
const at = "2030-01-01T00:00:00Z";
const changed = (name: string, org: string | null = "acme") => ({ id: name, name, org, revision: null, at });
const say = (name: string, topic: `org:${string}` | "fleet" = "org:acme", type = "app.changed" as const) =>
  withTenant(panel.database.pool, { platform: true }, (tx) => publish(tx, { topic, type, data: changed(name) }));
const open = async (client: ApiClient, topics: string, lastEventId?: string) => {
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  return readSse(await client.open(`/events?topics=${topics}`, stop.signal, headers));
};
const status = async (client: ApiClient, path: string) => (await client.open(path, stop.signal)).status;

describe("the event stream", () => {
  it("brings what is published from now on, in order", async () => {
    await say("before");
    const events = await open(panel.admin, "org:acme");
    expect((await events.next()).event).toBe("hello");
    for (const name of ["one", "two", "three"]) await say(name);
    const heard = [await events.next(), await events.next(), await events.next()];
    expect(heard.map(({ data }) => data)).toEqual(["one", "two", "three"].map((name) => changed(name)));
    expect(heard.every(({ event }) => event === "app.changed")).toBe(true);
  });

  it("brings no other topic's events", async () => {
    const events = await open(panel.admin, "fleet");
    await events.next();
    await say("of acme");
    await say("of the fleet", "fleet");
    expect(await events.next()).toMatchObject({ data: { name: "of the fleet" } });
  });

  it("tells whom it concerns of each heartbeat, and keeps none", async () => {
    const { clusterId, controlPlane } = await workersOf(panel).joined("w1");
    const { id: orgId } = (await panel.database.owner<{ id: string }>("select id from organisations limit 1"))[0] ?? {};
    await panel.database.owner("insert into tenants (org_id, cluster_id, name) values ($1, $2, 'acme')", [
      orgId,
      clusterId,
    ]);
    const beat = () => controlPlane.heartbeat(heartbeat, AbortSignal.timeout(10_000));
    await beat();
    const kept = () => panel.database.owner("select id from events");
    const before = await kept();
    const events = await open(panel.admin, "org:acme");
    await events.next();
    await beat();
    expect(await events.next()).toMatchObject({
      id: undefined,
      event: "cluster.heard",
      data: { id: clusterId, name: "w1", org: "acme" },
    });
    expect(await kept()).toEqual(before);
  });

  it("resumes after the last event that was seen", async () => {
    const first = await open(panel.admin, "org:acme");
    await first.next();
    await say("seen");
    const { id } = await first.next();
    stop.abort();
    stop = new AbortController();
    for (const name of ["missed 1", "missed 2"]) await say(name);
    const again = await open(panel.admin, "org:acme", id);
    expect(await again.next()).toMatchObject({ event: "hello", id });
    await say("new");
    const names = [await again.next(), await again.next(), await again.next()].map(({ data }) => Object(data).name);
    expect(names).toEqual(["missed 1", "missed 2", "new"]);
  });

  it.each(["999999999", "0", "not-an-id"])("says resync when it cannot resume after %s", async (lastId) => {
    await say("kept");
    await panel.database.owner("delete from events where id < (select max(id) from events)");
    const events = await open(panel.admin, "org:acme,fleet", lastId);
    expect((await events.next()).event).toBe("hello");
    expect(await events.next()).toMatchObject({ event: "resync", data: { topics: ["org:acme", "fleet"] } });
  });

  it("catches up a burst larger than its queue", async () => {
    const events = await open(panel.admin, "org:acme");
    await events.next();
    await panel.database.owner(
      `insert into events (topic, type, data) select 'org:acme', 'app.changed', jsonb_build_object('name', 'burst ' || n)
       from generate_series(1, 1200) n`,
    );
    await say("burst 1201");
    const names: string[] = [];
    while (names.length < 1_201) names.push(Object((await events.next()).data).name);
    expect(names).toEqual(Array.from({ length: 1_201 }, (_, n) => `burst ${n + 1}`));
  });
});

describe("who may listen", () => {
  it("T-A01 gives foreign and missing organisations one 404", async () => {
    const stranger = await panel.owner("stranger");
    const foreign = await stranger.open("/events?topics=org:acme", stop.signal);
    const missing = await stranger.open("/events?topics=org:nobody", stop.signal);
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    const words = async (answer: Response) => (await answer.text()).replace(/"requestId":"[^"]*"/, "");
    expect(await words(foreign)).toBe(await words(missing));
  });

  it("shows the fleet to platform roles alone", async () => {
    const member = await panel.member("owner");
    expect(await status(member, "/events?topics=org:acme,fleet")).toBe(404);
  });

  it.each(["", "org:", "org:UPPER", "fleet,", "x", `${"fleet,".repeat(200)}fleet`])(
    "refuses the topics %j",
    async (topics) => {
      expect(await status(panel.admin, `/events?topics=${topics}`)).toBe(400);
    },
  );

  it("opens ten streams for one user, not eleven", async () => {
    const member = await panel.member("viewer");
    for (let n = 0; n < 10; n += 1) await (await open(member, "org:acme")).next();
    expect(await status(member, "/events?topics=org:acme")).toBe(429);
  });
});
