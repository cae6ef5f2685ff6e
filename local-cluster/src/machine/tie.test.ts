import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { tied } from "./tie.ts";

const isGone = (pid: number) =>
  !existsSync(`/proc/${pid}/stat`) || readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");

it("a tied program ends when its starter is killed", async () => {
  const starter = `
    const [program, ...args] = ${JSON.stringify(tied("sleep", ["60"]))};
    const child = require("node:child_process").spawn(program, args, { detached: true, stdio: "ignore" });
    process.stdout.write(String(child.pid));
    setInterval(() => undefined, 1000);
  `;
  const parent = spawn(process.execPath, ["--eval", starter], { stdio: ["ignore", "pipe", "ignore"] });
  const [pid] = await once(parent.stdout, "data");
  await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/comm`, "utf8")).toBe("sleep\n"));
  parent.kill("SIGKILL");
  await vi.waitFor(() => expect(isGone(Number(pid))).toBe(true), { timeout: 5000 });
});
