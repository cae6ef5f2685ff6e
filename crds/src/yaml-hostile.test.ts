import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { seeded, seedsOf } from "../../e2e/harness/seeds.ts";
import { deep, floods, hostileText } from "./corpus/hostile-yaml.ts";
import { limits } from "./limits.ts";
import { readYaml, writeYaml } from "./yaml.ts";

interface Case {
  readonly at: string;
  readonly text: string;
  readonly verdict: "taken" | "refused";
  readonly what: string;
}

const corpus = await readFile(new URL("./corpus/yaml.txt", import.meta.url), "utf8");

const cases: readonly Case[] = corpus.split("\n").flatMap((line, index) => {
  if (line === "" || line.startsWith("#")) return [];
  const [, written = "", verdict, what = ""] = /^(".*?"|\w+\(\d+\)), (taken|refused) (.+)$/.exec(line) ?? [];
  if (verdict !== "taken" && verdict !== "refused") throw new SyntaxError(`yaml.txt:${index + 1}: ${line}`);
  const [, name = "", n] = /^(\w+)\((\d+)\)$/.exec(written) ?? [];
  const text = n === undefined ? String(JSON.parse(written)) : hostileText(name, Number(n));
  return [{ at: `yaml.txt:${index + 1} ${written.slice(0, 80)}`, text, verdict, what }];
});

const short = cases.filter(({ text }) => text.length < 2_000);

/** What became of a text, in the corpus's words. */
function verdictOn(text: string): string {
  const read = readYaml(text);
  if (!read.ok) return `refused ${read.problems[0]?.line} ${read.problems[0]?.message}`;
  const value = JSON.stringify(read.value);
  return `taken ${value.length > 200 ? "large" : value}`;
}

describe("T-B13 a text from a stranger", () => {
  it("is one of many", () => expect(cases.length).toBeGreaterThanOrEqual(200));

  it.each(cases.map((one) => [one.at, one] as const))("%s", (_, { text, verdict, what }) => {
    const expected = verdict === "taken" && what !== "large" ? JSON.stringify(JSON.parse(what)) : what;
    expect(verdictOn(text)).toBe(`${verdict} ${expected}`);
  });

  it.each(Object.entries(deep))("is never followed a million deep, were it let in: %s", (_, generator) => {
    const read = readYaml(generator(1_000_000), { bytes: 16 * 1024 * 1024, nodes: 10_000_000 });
    expect(read).toMatchObject({ ok: false, problems: [{ message: `nested deeper than ${limits.yaml.depth}` }] });
  });

  it("pollutes nothing", () => {
    for (const { text } of short) readYaml(text);
    expect([Object.hasOwn(Object.prototype, "polluted"), Object.keys(Object.prototype)]).toEqual([false, []]);
  });

  it.each([
    "password: |hunter2\n x",
    "password: >hunter2\n x",
    'password: "\\hunter2"',
    "password: 'hunter2",
    "password: @hunter2",
    "password: %hunter2",
    "password: `hunter2",
    "password: hunter2: x",
    "password: *hunter2",
    "password: &hunter2 x",
    "password: !hunter2 x",
    "password: [hunter2",
    "password: {hunter2: ]",
    "password: 'x' hunter2",
    "password: 0hunter2\n\thunter2: x",
    "%hunter2\n---\nx: 1",
  ])("is not quoted in what is said of it: %j", (text) => {
    const read = readYaml(text);
    expect([read.ok, JSON.stringify(read).includes("hunter2")]).toEqual([false, false]);
  });
});

/** CPU time of `work`, in microseconds. */
function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

describe("T-B13 the cost of a text", { timeout: 60_000 }, () => {
  const [pieces, size, rounds] = [8, 64_000, 3];

  it.each(Object.entries(floods))("is that of its bytes, whole or in pieces: %s", (_, generator) => {
    const whole = generator(size);
    const piece = generator(size / pieces);
    readYaml(piece);
    const costs = Array.from({ length: rounds }, () => ({
      whole: cpuOf(() => readYaml(whole)),
      pieces: cpuOf(() => {
        for (let count = 0; count < pieces; count += 1) readYaml(piece);
      }),
    }));
    const ratio = median(costs.map((cost) => cost.whole)) / median(costs.map((cost) => cost.pieces));
    expect(ratio, JSON.stringify(costs)).toBeLessThan(3); // a cost by the square would be 8
  });
});

const mutations = 1_000;
const splices = [
  "\n",
  " ",
  "  ",
  "- ",
  ": ",
  "? ",
  "[",
  "]",
  "{",
  "}",
  ",",
  "&a ",
  "*a",
  "!x ",
  "|",
  ">",
  "'",
  '"',
  "\\",
];

describe("T-Z01 the reader under mutation", () => {
  it.each(seedsOf("T-Z01"))("only ever takes plain data or names a line, seed %i", (seed) => {
    const random = seeded(seed);
    for (let step = 0; step < mutations; step += 1) {
      const where = `seed=${seed} step=${step}`;
      let text = random.pick(short).text;
      for (let count = random.below(6); count >= 0; count -= 1) {
        const [at, to] = [random.below(text.length + 1), random.below(text.length + 1)];
        const insert = random.pick([random.pick(splices), random.pick(short).text, text.slice(at, to), ""]);
        text = text.slice(0, at) + insert + text.slice(random.chance(0.5) ? at : Math.max(at, to));
      }
      const read = readYaml(text);
      // A byte order mark is text within a text, and none at its start: only there does writing not give it back.
      if (read.ok && text.includes("\ufeff")) continue;
      if (read.ok) {
        expect(readYaml(writeYaml(read.value)), where).toMatchObject({ ok: true, value: read.value });
      } else {
        const most = text.split("\n").length;
        const bad = read.problems.filter(
          ({ line, message }) => !(line >= 1 && line <= most) || !/^.{1,512}$/.test(message),
        );
        expect([read.problems.length > 0, bad], `${where} ${JSON.stringify(text)}`).toEqual([true, []]);
      }
    }
  });
});
