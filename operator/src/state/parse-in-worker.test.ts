import { writeYaml } from "@skypanel/crds/yaml.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { afterAll, describe, expect, it } from "vitest";
import { aManifest } from "./a-tree.ts";
import { createParser } from "./parse-in-worker.ts";

const path = "tenants/acme/apps/shop.yaml";
const bytes = new TextEncoder().encode(writeYaml(aManifest(path)));
const gaveUp = { ok: false, problem: { path, line: 1, message: "it takes too long or too much memory to read" } };
const [starting, resting] = [30_000, 60_000];

/** A thread that does `work` with every question. */
function program(work: string): URL {
  const code = `import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ path, bytes }) => { ${work} });
    parentPort.postMessage("ready");`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

describe("the parser in its thread", { timeout: 60_000 }, () => {
  const parser = createParser(systemClock);
  afterAll(() => parser.close());

  it("answers as the parser does, one file after the other", async () => {
    expect(await parser.parse(path, bytes)).toMatchObject({ ok: true, object: { kind: "App" } });
    expect(await parser.parse(path, new Uint8Array([0xff]))).toMatchObject({ ok: false, problem: { path, line: 1 } });
    expect(await parser.parse(path, bytes)).toMatchObject({ ok: true });
  });

  it("ends its thread when no file comes, and begins another for the next", async () => {
    const asked: number[] = [];
    let rest = () => {};
    const idle = createParser({
      setTimer: (ms, run) => {
        asked.push(ms);
        if (ms === resting) rest = run;
        // a file's own deadline never passes here: on a busy machine it would begin a fresh thread
        return ms === starting ? systemClock.setTimer(ms, run) : () => {};
      },
    });
    await idle.parse(path, bytes);
    await idle.parse(path, bytes);
    expect(asked.filter((ms) => ms === starting)).toHaveLength(1);
    rest();
    expect(await idle.parse(path, bytes)).toMatchObject({ ok: true });
    expect(asked.filter((ms) => ms === starting)).toHaveLength(2);
    await idle.close();
  });

  it("gives up a file that takes too long, and goes on", async () => {
    let timers = 0;
    // The first two questions run out of time at once; starting a worker does not.
    const hurried = createParser({
      setTimer: (ms, run) => {
        if (ms > 10_000 || timers >= 2) return systemClock.setTimer(ms, run);
        timers += 1;
        return systemClock.setTimer(0, run);
      },
    });
    expect(await hurried.parse(path, bytes)).toEqual(gaveUp);
    expect(await hurried.parse(path, bytes)).toMatchObject({ ok: true });
    await hurried.close();
  });

  it("begins its thread when it is warmed, once", async () => {
    const asked: number[] = [];
    const warmed = createParser({
      setTimer: (ms, run) => {
        asked.push(ms);
        return ms === starting ? systemClock.setTimer(ms, run) : () => {};
      },
    });
    warmed.warm();
    warmed.warm();
    expect(await warmed.parse(path, bytes)).toMatchObject({ ok: true });
    expect(asked.filter((ms) => ms === starting)).toHaveLength(1);
    await warmed.close();
  });

  it("takes a file alone to its thread, not the batch it came in", async () => {
    const weighing = createParser(systemClock, program("parentPort.postMessage(bytes.buffer.byteLength);"));
    const batch = new Uint8Array(1_000_000);
    expect(await weighing.parse(path, batch.subarray(10, 30))).toBe(20);
    await weighing.close();
  });

  it("begins another thread after one that did not start", async () => {
    let starts = 0;
    const late = createParser({
      setTimer: (ms, run) => {
        if (ms !== starting) return () => {};
        starts += 1;
        return systemClock.setTimer(starts === 1 ? 0 : ms, run);
      },
    });
    await expect(late.parse(path, bytes)).rejects.toThrow("the parser did not start");
    expect(await late.parse(path, bytes)).toMatchObject({ ok: true });
    await late.close();
  });
});

describe("T-B13 a file that breaks the parser", { timeout: 60_000 }, () => {
  const answer = "parentPort.postMessage({ ok: true, object: path });";
  const good = "tenants/acme/apps/good.yaml";

  it.each([
    ["never lets go of it", "for (;;) {}"],
    ["fills the memory", "const all = []; for (;;) all.push(new Array(100_000).fill(all.length));"],
    ["ends the thread", "process.exit(1);"],
    ["is thrown over", "throw new Error('no');"],
  ])("is given up, and the next is read: it %s", async (_, work) => {
    const parser = createParser(systemClock, program(`if (path === ${JSON.stringify(path)}) { ${work} } ${answer}`));
    expect(await parser.parse(good, bytes)).toEqual({ ok: true, object: good });
    expect(await parser.parse(path, bytes)).toEqual(gaveUp);
    expect(await parser.parse(good, bytes)).toEqual({ ok: true, object: good });
    await parser.close();
  });
});
