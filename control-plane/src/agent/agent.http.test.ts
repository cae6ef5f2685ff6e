import type { ReportItem } from "@skypanel/control-plane/contract/agent.ts";
import { limits } from "@skypanel/crds/limits.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Panel, testPanel } from "../../../e2e/harness/panel.ts";
import { register, versions, type Workers, workersOf } from "../../../e2e/harness/workers.ts";

let panel: Panel;
let workers: Workers;
beforeAll(async () => {
  panel = await testPanel();
  workers = workersOf(panel);
});
afterAll(() => panel.close());

const signal = AbortSignal.timeout(60_000);
const refusal = (status: number) => expect.objectContaining({ name: "Refused", status });

const anApp = (uid: string, revision: string): ReportItem => ({
  kind: "App",
  namespace: "shop",
  name: `app-${uid}`,
  uid,
  tenant: "shop",
  managedBy: "control-plane",
  generation: 1,
  revision,
  observedAt: "2030-01-01T00:00:00Z",
  deleted: false,
  spec: null,
  status: { phase: "Live" },
});
const observed = async (clusterId: string) => {
  const text = "select uid, revision from observations where cluster_id = $1 order by uid";
  const rows = await panel.database.owner<{ uid: string; revision: string }>(text, [clusterId]);
  return rows.map(({ uid, revision }) => `${uid}@${revision}`);
};
const post = (path: string, authorization: string, body = "{}") =>
  fetch(new URL(path, panel.url), {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body,
  });

describe("registration", () => {
  it("answers the same key twice alike", async () => {
    const token = await workers.issue("twice");
    const worker = await workers.stranger();
    const first = await register(worker, token);
    expect(first.state).toBe("Registered");
    expect(await register(worker, token)).toEqual(first);
  });

  it("T-A11 refuses another key and holds the winner", async () => {
    const token = await workers.issue("contested");
    const { clusterId } = await register(await workers.stranger(), token);
    await expect(register(await workers.stranger(), token)).rejects.toEqual(refusal(410));
    const rows = await panel.database.owner("select registration from clusters where id = $1", [clusterId]);
    expect(rows).toEqual([{ registration: "PendingApproval" }]);
  });

  it("lets a held cluster ask for approval only", async () => {
    const token = await workers.issue("held");
    const winner = await workers.stranger();
    const { clusterId } = await register(winner, token);
    await register(await workers.stranger(), token).catch(() => {});
    const identity = { ...winner.identity, clusterId };
    const { controlPlane } = workers.signedBy(identity);
    expect((await controlPlane.registration(signal)).state).toBe("PendingApproval");
    await expect(controlPlane.epoch(signal)).rejects.toEqual(refusal(403));
  });
});

describe("a registered cluster", () => {
  it("is heard by its heartbeat", async () => {
    const { controlPlane, clusterId } = await workers.joined("heard");
    const body = { versions, machines: [], checks: [], appliedSeq: 4, appliedCommit: null, oldestPendingSeconds: null };
    await controlPlane.heartbeat(body, signal);
    const [row] = await panel.database.owner<{ seq: number }>(
      "select (heartbeat ->> 'appliedSeq')::int as seq from clusters where id = $1 and last_heartbeat_at is not null",
      [clusterId],
    );
    expect(row?.seq).toBe(4);
  });

  it("T-F17 keeps the newest of its reports", async () => {
    const { controlPlane, clusterId } = await workers.joined("reporting");
    const epoch = await controlPlane.epoch(signal);
    const report = (seq: number, revision: string) =>
      controlPlane.reports({ epoch, seq, snapshot: "none", items: [anApp("a", revision)] }, signal);
    expect(await report(2, "new")).toBe(true);
    expect(await report(1, "old")).toBe(false);
    expect(await report(2, "again")).toBe(false);
    expect(await observed(clusterId)).toEqual(["a@new"]);
  });

  it("refuses the epoch before the last", async () => {
    const { controlPlane } = await workers.joined("replaced");
    const epoch = await controlPlane.epoch(signal);
    expect(await controlPlane.epoch(signal)).toBe(epoch + 1);
    const late = controlPlane.reports({ epoch, seq: 9, snapshot: "none", items: [] }, signal);
    await expect(late).rejects.toEqual(refusal(409));
  });

  it("forgets what a whole snapshot lacks", async () => {
    const { controlPlane, clusterId } = await workers.joined("snapshot");
    const epoch = await controlPlane.epoch(signal);
    const items = [anApp("a", "1"), anApp("b", "1")];
    await controlPlane.reports({ epoch, seq: 1, snapshot: "whole", items }, signal);
    await controlPlane.reports({ epoch, seq: 2, snapshot: "begin", items: [] }, signal);
    expect(await observed(clusterId)).toEqual(["a@1", "b@1"]);
    await controlPlane.reports({ epoch, seq: 3, snapshot: "end", items: [anApp("b", "2")] }, signal);
    expect(await observed(clusterId)).toEqual(["b@2"]);
  });

  it("T-A09 writes nothing of another cluster", async () => {
    const a = await workers.joined("a-cluster");
    const b = await workers.joined("b-cluster");
    const epochOfA = await a.controlPlane.epoch(signal);
    await a.controlPlane.reports({ epoch: epochOfA, seq: 1, snapshot: "whole", items: [anApp("x", "1")] }, signal);
    const epochOfB = await b.controlPlane.epoch(signal);
    await b.controlPlane.reports({ epoch: epochOfB, seq: 2, snapshot: "whole", items: [anApp("x", "2")] }, signal);
    expect(await observed(a.clusterId)).toEqual(["x@1"]);
    expect(await observed(b.clusterId)).toEqual(["x@2"]);
  });

  it("T-A09 cannot sign for another cluster", async () => {
    const a = await workers.joined("a-signer");
    const b = await workers.joined("b-signer");
    const { controlPlane } = workers.signedBy({ ...b.identity, clusterId: a.clusterId });
    await expect(controlPlane.epoch(signal)).rejects.toEqual(refusal(401));
  });

  it("is nobody once its key is revoked", async () => {
    const { controlPlane, identity } = await workers.joined("revoked");
    await controlPlane.epoch(signal);
    await panel.database.owner("update cluster_keys set revoked_at = now() where kid = $1", [identity.kid]);
    await expect(controlPlane.epoch(signal)).rejects.toEqual(refusal(401));
  });

  it("fetches its own desired state and no other", async () => {
    const { credential } = await workers.joined("reader");
    const address = new URL("/agent/v1/state.git/info/refs?service=git-upload-pack", panel.url);
    const answer = await fetch(address, { headers: { authorization: `Bearer ${credential.token()}` } });
    expect(await answer.text()).toContain("refs/heads/main");
    expect((await fetch(address)).status).toBe(401);
  });
});

describe("bad input", () => {
  it("T-B02 gives every wrong credential one answer", async () => {
    const { credential, identity } = await workers.joined("wrong");
    const [header, payload, signature] = credential.token().split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT", kid: identity.kid })).toString("base64url");
    const stranger = await workers.stranger(crypto.randomUUID());
    const wrong = [
      "",
      "Bearer ",
      "Basic eDp5",
      "Bearer a.b.c",
      `Bearer ${none}.${payload}.`,
      `Bearer ${header}.${payload}.`,
    ]
      .concat(`Bearer ${header}.${payload}.${signature?.replace(/^./, "_")}`, `Bearer ${"a".repeat(5_000)}`)
      .concat(`Bearer ${stranger.credential.token()}`);
    const answers = await Promise.all(wrong.map((authorization) => post("/agent/v1/epoch", authorization)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    const bodies = texts.map((text) => text.replace(/"requestId":"[^"]*"/, ""));
    expect(answers.map(({ status }) => status)).toEqual(wrong.map(() => 401));
    expect(new Set(bodies).size).toBe(1);
  });

  it("refuses a report that is too large or too deep", async () => {
    const { credential } = await workers.joined("bounded");
    const authorization = `Bearer ${credential.token()}`;
    const large = JSON.stringify({ epoch: 1, seq: 1, snapshot: "none", items: [], x: "a".repeat(limits.report.bytes) });
    const deep = `${"[".repeat(100)}${"]".repeat(100)}`;
    expect((await post("/agent/v1/reports", authorization, large)).status).toBe(413);
    expect((await post("/agent/v1/reports", authorization, deep)).status).toBe(413);
    expect((await post("/agent/v1/reports", authorization, '{"epoch":0}')).status).toBe(400);
  });

  it("T-L04 slows down a cluster that floods, and no other", async () => {
    const flooding = await workers.joined("flooding");
    const calm = await workers.joined("calm");
    const authorization = `Bearer ${flooding.credential.token()}`;
    const answers = await Promise.all(Array.from({ length: 120 }, () => post("/agent/v1/heartbeat", authorization)));
    const slowed = answers.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    expect(slowed.every((answer) => Number(answer.headers.get("retry-after")) >= 1)).toBe(true);
    expect(await calm.controlPlane.epoch(signal)).toBe(1);
  });
});
