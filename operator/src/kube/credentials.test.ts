import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { silent } from "./a-world.ts";
import { keepCredentials } from "./credentials.ts";
import type { Access } from "./kubeconfig.ts";

const first: Access = { server: "https://api", ca: "one", token: "t1", insecure: false };

/** Credentials over a source that gives `answers` in turn, the last one for ever. */
async function kept(...answers: (Access | Error)[]) {
  const clock = manualClock();
  const peers: Access[] = [];
  let reads = 0;
  const read = async () => {
    reads += 1;
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error || answer === undefined) throw answer;
    return answer;
  };
  const source = { name: "test", read };
  const credentials = await keepCredentials({ source, clock, log: silent, onNewPeer: (peer) => peers.push(peer) });
  return { clock, peers, credentials, reads: () => reads };
}

describe("credentials", () => {
  it("are read again every minute: a token rotates without new connections", async () => {
    const { clock, credentials, peers } = await kept(first, { ...first, token: "t2" });
    await clock.advance(59_999);
    expect(credentials.current().token).toBe("t1");
    await clock.advance(1);
    expect([credentials.current().token, peers]).toEqual(["t2", []]);
  });

  it("tell of another authority, for connections must be made anew", async () => {
    const next = { ...first, ca: "two" };
    const { clock, peers } = await kept(first, next);
    await clock.advance(120_000);
    expect(peers).toEqual([next]);
  });

  it("stay as they are when they cannot be read, and are tried again", async () => {
    const { clock, credentials } = await kept(first, new Error("half-written"), { ...first, token: "t2" });
    await clock.advance(60_000);
    expect(credentials.current()).toEqual(first);
    await clock.advance(60_000);
    expect(credentials.current().token).toBe("t2");
  });

  it("are read once for all who ask at the same time", async () => {
    const { credentials, reads } = await kept(first);
    await Promise.all([credentials.refresh(), credentials.refresh()]);
    expect(reads()).toBe(2); // the first was at the start
  });

  it("are left alone once stopped", async () => {
    const { clock, credentials, reads } = await kept(first);
    credentials.stop();
    await clock.advance(600_000);
    expect(reads()).toBe(1);
  });

  it("must be there at the start", async () => {
    await expect(kept(new Error("no such file"))).rejects.toThrow("no such file");
  });
});
