import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { daemonPid, stopDaemon } from "./daemons.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "skypanel-daemons-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const startTime = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];

it("stops the daemon that was noted", async () => {
  const run = folder();
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  const pid = child.pid ?? 0;
  writeFileSync(join(run, "one.pid"), `${pid} ${startTime(pid)}\n`);
  expect(daemonPid("one", run)).toBe(pid);
  await stopDaemon("one", run);
  expect(child.signalCode ?? "SIGTERM").toBe("SIGTERM");
  expect(daemonPid("one", run)).toBeUndefined();
});

it("leaves a stranger alone who got the number of a daemon that is gone", async () => {
  const run = folder();
  const stranger = spawn("sleep", ["60"], { stdio: "ignore" });
  onTestFinished(() => void stranger.kill());
  writeFileSync(join(run, "one.pid"), `${stranger.pid} 1\n`);
  await stopDaemon("one", run);
  expect(stranger.killed || stranger.exitCode !== null || stranger.signalCode !== null).toBe(false);
  expect(startTime(stranger.pid ?? 0)).toBeDefined();
});

it("does nothing for a daemon nobody started", async () => {
  const run = folder();
  await stopDaemon("none", run);
  expect(daemonPid("none", run)).toBeUndefined();
});
