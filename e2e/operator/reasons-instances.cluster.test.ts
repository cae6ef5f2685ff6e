import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { size, type TenantAtWork, tenantAtWork, web, within } from "./tenant-at-work.ts";

const script = (text: string) => ["node", "-e", text];
const patient = { http: { path: "/ready" }, startSeconds: 600 };
// Serves if nobody else of the app does for a while, and else ends: of two instances one can run.
const alone = `
  const serve = () => require("http").createServer((_, answer) => answer.end()).listen(3000);
  const ask = (left) => fetch("http://partly").then(() => process.exit(1), () => left ? setTimeout(ask, 500, left - 1) : serve());
  ask(8);`;

/** Apps that fail, all at once: what they are given, and what must be told of them. */
const failing: Readonly<Record<string, { spec?: object; process: object }>> = {
  late: {
    spec: { rollout: { progressDeadlineSeconds: 10 } },
    process: { command: script("setInterval(() => {}, 1e6)") },
  },
  pull: { spec: { source: { image: { reference: "localhost/skypanel/absent:1" } } }, process: {} },
  start: { process: { command: ["/no/such/program"] } },
  huge: { process: { resources: { ...size, memory: "30Gi" } } },
  memory: { process: { command: script("const all = []; for (;;) all.push(Buffer.alloc(2 ** 24, 1))") } },
  deaf: { process: { command: script("setInterval(() => {}, 1e6)"), health: patient } },
  sick: { process: { health: { http: { path: "/absent" }, startSeconds: 600 } } },
  crash: { process: { command: ["node", "crash.ts"] } },
};
let at: TenantAtWork;

beforeAll(async () => {
  at = await tenantAtWork();
  const partly = { command: script(alone), health: { periodSeconds: 5 } };
  await at.deploy("partly", {}, partly);
  await at.becomes("partly", "Live");
  await at.deploy("partly", {}, { ...partly, replicas: 2 });
  for (const [app, { spec = {}, process }] of Object.entries(failing)) await at.deploy(app, spec, process);
});

afterAll(() => at.stop());

describe("T-F07 an app whose instances fail says why", () => {
  it("ProgressDeadline: nothing is wrong but the time it takes", async () => {
    expect(await at.shows("late", "ProgressDeadline")).toContain("Not ready after 10 s.");
  });

  it("ImagePullFailed: no such image", async () => {
    expect(await at.shows("pull", "ImagePullFailed")).toContain("localhost/skypanel/absent:1 cannot be pulled: ");
  });

  it("StartFailed: no such program", async () => {
    // A busy machine may first fail for another reason to start it.
    const isNamed = async () => {
      expect(await at.shows("start", "StartFailed")).toMatch(/The container cannot start: .*no such file/);
    };
    await vi.waitFor(isNamed, within);
  });

  it("Unschedulable: no machine is as large", async () => {
    expect(await at.shows("huge", "Unschedulable")).toContain("No machine has room for 30Gi of memory and 100m CPU.");
  });

  it("OutOfMemory: it takes more than it may", async () => {
    expect(await at.shows("memory", "OutOfMemory")).toContain("It passed its 64Mi of memory.");
  });

  it("PortNotListening: it forgot to", async () => {
    expect(await at.shows("deaf", "PortNotListening")).toContain("Nothing listens on 3000.");
  });

  it("ProbeFailing: its answer is not a good one", async () => {
    expect(await at.shows("sick", "ProbeFailing")).toContain("/absent answers 404.");
  });

  it("CrashLoop: a person must act, and sees its last lines", async () => {
    const shown = await at.shows("crash", "CrashLoop", "Stalled");
    expect(shown).toContain("Exited 3 times in 5 min, code 1.");
    expect(shown).toContain("DATABASE_URL is missing");
    expect((await at.find("crash"))?.status?.phase).toBe("Failed");
  });

  it("PartlyAvailable: one of two runs, and so it serves", async () => {
    expect(await at.shows("partly", "PartlyAvailable")).toContain("1 of 2 instances are ready.");
    expect((await at.find("partly"))?.status).toMatchObject({ phase: "Degraded", processes: [{ ready: 1 }] });
  });
});

describe("T-F07 an app that failed", () => {
  it("was not written again and again, and has nothing twice", async () => {
    for (const app of Object.keys(failing)) expect((await at.deployment(app))?.metadata.generation).toBe(1);
    const sets = await at.kubectl(["get", "replicasets", "--output=name", `--namespace=${at.namespace}`]);
    expect(sets.trim().split("\n")).toHaveLength(Object.keys(failing).length + 1);
  });

  it("is cured by the next good spec, whatever it had", async () => {
    const quick = { ...web, health: undefined };
    await Promise.all([...Object.keys(failing), "partly"].map((app) => at.deploy(app, {}, quick)));
    for (const app of Object.keys(failing)) await at.becomes(app, "Live");
    await vi.waitFor(async () => expect((await at.find("partly"))?.status?.phase).toBe("Live"), within);
  });
});
