import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Panel, testPanel } from "../../../e2e/harness/panel.ts";
import { readSse } from "../../../e2e/harness/sse.ts";

// A clock of its own, so that a quarter of a minute passes when the test says so.
const clock = manualClock(Date.now());
let panel: Panel;
beforeAll(async () => {
  panel = await testPanel({ clock });
});
afterAll(() => panel.close());

const signal = AbortSignal.timeout(60_000);

describe("an open stream", () => {
  it("T-A06 ends with its session, and says so", async () => {
    const member = await panel.member("viewer");
    const events = readSse(await member.open("/events?topics=org:acme", signal));
    await events.next();
    await member.call("POST /auth/logout");
    const ended = events.next();
    await clock.advance(15_000);
    expect(await ended).toMatchObject({ event: "session.ended" });
    expect(await events.rest()).toEqual([]);
  });

  it("T-A06 ends with its membership", async () => {
    const member = await panel.member("viewer");
    const events = readSse(await member.open("/events?topics=org:acme", signal));
    await events.next();
    await panel.database.owner("delete from members where role = 'viewer'");
    const rest = events.rest();
    await clock.advance(15_000);
    expect(await rest).toEqual([]);
  });

  it("stays while the right does", async () => {
    const response = await panel.admin.open("/events?topics=org:acme,fleet", signal);
    const chunks: string[] = [];
    void (async () => {
      for await (const chunk of response.body ?? []) chunks.push(Buffer.from(chunk).toString());
    })().catch(() => {});
    await vi.waitFor(() => expect(chunks.join("")).toContain("event: hello"));
    await clock.advance(60_000);
    await vi.waitFor(() => expect(chunks.join("").match(/: alive/g)).toHaveLength(4));
  });
});
