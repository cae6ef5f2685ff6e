import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Progress } from "../machine/progress.ts";
import { run } from "../machine/run.ts";
import { goModule, programPath } from "./cache.ts";
import { type Program, type ProgramName, programs } from "./list.ts";

/** The path of each program, known once it is compiled. */
export type Programs = { readonly [name in ProgramName]: Promise<string> };

const DEADLINE_MS = 45 * 60_000;

/**
 * Compiles every program the cache does not have, one after the other because each compile uses all cores, and returns a
 * promise per program: who needs only the first does not wait for the last.
 */
export function buildPrograms(progress: Progress): Programs {
  let before: Promise<unknown> = Promise.resolve();
  const next = (program: Program) => {
    const path = before.then(() => build(program, progress));
    // Unheard here on purpose: whoever awaits this program hears of its failure, and the rest are not tried.
    path.catch(() => undefined);
    before = path;
    return path;
  };
  return {
    kubernetes: next(programs.kubernetes),
    pause: next(programs.pause),
    coredns: next(programs.coredns),
    helm: next(programs.helm),
    crane: next(programs.crane),
    traefik: next(programs.traefik),
    registry: next(programs.registry),
    "metrics-server": next(programs["metrics-server"]),
  };
}

async function build(program: Program, progress: Progress): Promise<string> {
  const path = await programPath(program);
  if (existsSync(path)) return path;
  return progress.step(`compiling ${program.name} ${program.version}`, async () => {
    await mkdir(dirname(path), { recursive: true });
    const partial = `${path}.${process.pid}`;
    const flags = ["-trimpath", "-ldflags", ["-s", "-w", ...program.linkerFlags].join(" "), "-o", partial];
    // Whoever waits for the compiler also wants to use the machine meanwhile.
    await run("nice", ["go", "build", ...flags, program.package], {
      cwd: goModule(program),
      env: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
      deadlineMs: DEADLINE_MS,
    });
    await rename(partial, path);
    return path;
  });
}
