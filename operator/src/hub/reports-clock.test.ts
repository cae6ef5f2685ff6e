import type { ReportsBody } from "@skypanel/control-plane/contract/agent.ts";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { afterEach, describe, expect, it } from "vitest";
import { anItem } from "./an-item.ts";
import { identityOf, makeKeys } from "./keys.ts";
import { answering, reportsAtWork } from "./reports-at-work.ts";
import { credential } from "./token.ts";

let stop = new AbortController();
afterEach(() => stop.abort());

const jumps: readonly (readonly [string, number])[] = [
  ["an hour ahead", Date.UTC(2030, 0, 1, 1)],
  ["an hour back", Date.UTC(2029, 11, 31, 23)],
  ["to 1970", 0],
  ["to 2099", Date.UTC(2099, 11, 31)],
];

// Bug class 15: skew, jumps, timers over 2³¹ ms.
describe("a wall clock that jumps", () => {
  it.each(jumps)("%s moves no report", async (_, to) => {
    const schedule = async (jump: boolean) => {
      stop = new AbortController();
      const clock = manualClock();
      const far = answering();
      const at: number[] = [];
      const reports = (body: ReportsBody, signal: AbortSignal) => {
        at.push(clock.monotonic());
        return far.reports(body, signal);
      };
      const { reporting } = reportsAtWork({ ...far, reports }, () => [anItem()], clock, stop.signal);
      for (let n = 0; n < 200; n += 1) {
        reporting.changed(anItem({ uid: `u${n % 7}`, revision: String(n) }));
        if (jump && n % 10 === 3) clock.jump(to);
        await clock.advance(7_001);
        expect(reporting.oldestPendingSeconds()).toBeNull();
      }
      stop.abort();
      return { at, sent: far.sent };
    };
    expect(await schedule(true)).toEqual(await schedule(false));
  });

  it.each(jumps)("%s costs one refused token at most", async (_, to) => {
    const clock = manualClock();
    const identity = await identityOf(await makeKeys(), "11111111-1111-4111-8111-111111111111");
    const signer = credential(() => identity, clock);
    const expiry = () =>
      JSON.parse(Buffer.from(signer.token().split(".")[1] ?? "", "base64url").toString()).exp * 1_000;
    const isTaken = () => expiry() > clock.now() && expiry() <= clock.now() + 300_000;
    expect(isTaken()).toBe(true);
    clock.jump(to);
    if (!isTaken()) signer.forget(); // as after the 401 that it gets
    expect(isTaken()).toBe(true);
    clock.jump(Date.UTC(2030, 0, 1));
    if (!isTaken()) signer.forget();
    expect(isTaken()).toBe(true);
  });

  it("is not looked at in a month without a change", async () => {
    stop = new AbortController();
    const clock = manualClock();
    const far = answering();
    const { reporting } = reportsAtWork(far, () => [], clock, stop.signal);
    await clock.advance(31 * 86_400_000);
    expect(far.sent).toHaveLength(31 * 144); // a snapshot every ten minutes
    reporting.changed(anItem());
    await clock.advance(1_000);
    expect(far.sent.at(-1)?.items).toEqual([anItem()]);
  });
});
