import { createLog } from "@skypanel/runtime/log.ts";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { Refused, type Registration } from "./control-plane.ts";
import { identityOf, makeKeys } from "./keys.ts";
import { join, type RegisterOptions } from "./register.ts";

const clusterId = "11111111-1111-4111-8111-111111111111";
const keys = await makeKeys();
const registered: Registration = { clusterId, slug: "one", state: "Registered" };
const held: Registration = { ...registered, state: "PendingApproval" };
const refused = (status: number) => new Refused(status, `said ${status}`);

type Answer = Registration | Error;
const give = (answers: Answer[]) => async () => {
  const answer = answers.shift() ?? registered;
  if (answer instanceof Error) throw answer;
  return answer;
};

/** A cluster that joins: what the control plane answers, and which token is in the file at each look. */
async function joining(over: {
  register?: Answer[];
  standing?: Answer[];
  tokens?: (string | undefined)[];
  id?: string;
}) {
  const clock = manualClock();
  const lines: string[] = [];
  const presented: string[] = [];
  const waitedFor: string[] = [];
  let identity = await identityOf(keys, over.id);
  const answer = give(over.register ?? []);
  const tokens = over.tokens ?? ["sp_reg_first"];
  const options: RegisterOptions = {
    controlPlane: {
      register: async (token) => {
        presented.push(token);
        return answer();
      },
      registration: give(over.standing ?? []),
    },
    identity: () => identity,
    versions: { operator: "0.1.0", kubernetes: "v1.35.4" },
    kubeSystemUid: "22222222-2222-4222-8222-222222222222",
    readToken: async () => (tokens.length > 1 ? tokens.shift() : tokens[0]),
    remember: async (id) => {
      identity = { ...identity, clusterId: id };
    },
    onWaiting: (why) => waitedFor.push(why),
    clock,
    random: () => 0.5,
    log: createLog({ name: "test", level: "info", destination: { write: (line) => void lines.push(line) } }),
  };
  const stop = new AbortController();
  let isJoined = false;
  const joined = join(options, stop.signal).then(() => {
    isJoined = true;
  });
  return { clock, lines, presented, waitedFor, joined, stop, isJoined: () => isJoined, id: () => identity.clusterId };
}

describe("joining", () => {
  it("registers with the token and keeps the id", async () => {
    const { joined, presented, id } = await joining({});
    await joined;
    expect([presented, id()]).toEqual([["sp_reg_first"], clusterId]);
  });

  it("needs no token once it has an id", async () => {
    const { joined, presented } = await joining({ id: clusterId, tokens: [undefined] });
    await joined;
    expect(presented).toEqual([]);
  });

  it("tries again with whatever token is there then", async () => {
    const { clock, joined, presented } = await joining({
      register: [refused(410)],
      tokens: ["sp_reg_old", "sp_reg_new"],
    });
    await clock.advance(1_250);
    await joined;
    expect(presented).toEqual(["sp_reg_old", "sp_reg_new"]);
  });

  it("says once why it waits, however often it tries", async () => {
    const register = [refused(410), refused(410), refused(410)];
    const { clock, joined, lines } = await joining({ register });
    await clock.advance(10_000);
    await joined;
    expect(lines.filter((line) => line.includes("not registered yet"))).toHaveLength(1);
    expect(lines.join("")).not.toContain("sp_reg_");
  });

  it("hands on each reason to wait, in the control plane's words", async () => {
    const unreachable = new Error("the control plane does not answer: connect ECONNREFUSED");
    const { clock, joined, waitedFor } = await joining({ register: [refused(409), refused(409), unreachable, held] });
    await clock.advance(20_000);
    await joined;
    expect(waitedFor).toEqual([
      "said 409",
      "the control plane does not answer: connect ECONNREFUSED",
      expect.stringContaining("an administrator must approve"),
    ]);
  });

  it("waits while an administrator has to approve", async () => {
    const { clock, isJoined } = await joining({ register: [held], standing: [held, registered] });
    await clock.advance(9_000);
    expect(isJoined()).toBe(false);
    await clock.advance(1_000);
    expect(isJoined()).toBe(true);
  });

  it("presents a token again when its key is unknown", async () => {
    const { joined, presented } = await joining({ id: clusterId, standing: [refused(401)] });
    await joined;
    expect(presented).toEqual(["sp_reg_first"]);
  });

  it("waits for a token that is not there yet", async () => {
    const { clock, joined, presented, lines } = await joining({ tokens: [undefined, "sp_reg_late"] });
    await clock.advance(1_250);
    await joined;
    expect(presented).toEqual(["sp_reg_late"]);
    expect(lines.join("")).toContain("registration.existingSecret");
  });

  it("ends when it is stopped", async () => {
    const { clock, joined, stop } = await joining({ register: [refused(500)] });
    await clock.advance(10);
    stop.abort(new Error("stopping"));
    await expect(joined).rejects.toThrow("stopping");
  });
});
