import { systemClock } from "@skypanel/runtime/clock.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type TestDatabase, testDatabase } from "../../../e2e/harness/postgres.ts";
import { listen, notify } from "./notify.ts";
import { withTransaction } from "./tenant.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

function listener() {
  const stop = new AbortController();
  const heard: string[] = [];
  let connections = 0;
  const ended = listen({
    url: database.url,
    channels: ["desired"],
    onMessage: (channel, payload) => heard.push(`${channel} ${payload}`),
    onConnected: () => {
      connections += 1;
    },
    onError: () => {},
    sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal),
    signal: stop.signal,
  });
  const connected = (times: number) => vi.waitFor(() => expect(connections).toBeGreaterThanOrEqual(times));
  return { heard, connected, stop: () => stop.abort(), ended };
}

const tell = (payload: string) => withTransaction(database.pool, (tx) => notify(tx, "desired", payload));

describe("a notification", () => {
  it("is heard when its transaction commits", async () => {
    const { heard, connected, stop, ended } = listener();
    await connected(1);
    await withTransaction(database.pool, async (tx) => {
      await notify(tx, "desired", "undone");
      throw new Error("undo");
    }).catch(() => {});
    await tell("done");
    await vi.waitFor(() => expect(heard).toEqual(["desired done"]));
    stop();
    await ended;
  });

  it("is heard again after the connection broke", async () => {
    const { heard, connected, stop, ended } = listener();
    await connected(1);
    const cut =
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skypanel-listen' and datname = current_database()";
    await database.owner(cut);
    await connected(2);
    await tell("later");
    await vi.waitFor(() => expect(heard).toContain("desired later"));
    stop();
    await expect(ended).resolves.toBeUndefined();
  });
});
