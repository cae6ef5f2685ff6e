import { describe, expect, it } from "vitest";
import { type LogLine, logLines } from "./log-lines.ts";

const stamp = "2030-01-01T00:00:00.123456789Z";

async function read(...chunks: (string | Uint8Array)[]): Promise<LogLine[]> {
  const all: LogLine[] = [];
  const bytes = (async function* () {
    for (const chunk of chunks) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  })();
  for await (const line of logLines(bytes)) all.push(line);
  return all;
}

describe("log lines", () => {
  it("are told apart from their timestamps", async () => {
    expect(await read(`${stamp} hello world\n${stamp} \n`)).toEqual([
      { at: stamp, text: "hello world" },
      { at: stamp, text: "" },
    ]);
  });

  it("are whole however they are cut", async () => {
    const text = `${stamp} grüß 👋\n`;
    const bytes = Buffer.from(text.repeat(3));
    const chunks = Array.from(bytes, (_, n) => bytes.subarray(n, n + 1));
    expect((await read(...chunks)).map((line) => line.text)).toEqual(["grüß 👋", "grüß 👋", "grüß 👋"]);
  });

  it.each([
    ["2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000000000Z"],
    ["2030-01-01T00:00:00.1Z", "2030-01-01T00:00:00.100000000Z"],
    ["2030-01-01T02:00:00.5+02:00", "2030-01-01T00:00:00.500000000Z"],
  ])("have instants that sort as text: %s", async (given, at) => {
    expect(await read(`${given} x\n`)).toEqual([{ at, text: "x" }]);
  });

  it("T-L08 are cut at 16 KiB, and the next is whole", async () => {
    const [first, second] = await read(`${stamp} ${"x".repeat(1_000_000)}`, `yyy\n${stamp} next\n`);
    expect(first?.text.length).toBeLessThanOrEqual(16 * 1_024 + 10);
    expect(first?.text.endsWith("…")).toBe(true);
    expect(second).toEqual({ at: stamp, text: "next" });
  });

  it.each([
    ["\u001b[31mred\u001b[0m", "␛[31mred␛[0m"],
    ["a\rb", "a␍b"],
    ["windows\r", "windows"],
    ["tab\tstays", "tab\tstays"],
    ["nul\u0000", "nul␀"],
    ["\u202eevil", "\\u202eevil"],
    ["zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"],
    ["c1\u009b1m", "c1\\u009b1m"],
    ['{"t":"end"}', '{"t":"end"}'],
  ])("T-B10 show what would not be seen: %j", async (text, shown) => {
    expect(await read(`${stamp} ${text}\n`)).toEqual([{ at: stamp, text: shown }]);
  });

  it("T-B10 survive bytes that are no text", async () => {
    const [line] = await read(
      Buffer.concat([Buffer.from(`${stamp} a`), Buffer.from([0xff, 0xfe]), Buffer.from("b\n")]),
    );
    expect(line?.text).toBe("a��b");
  });

  it("without a timestamp keep their text", async () => {
    expect(await read("unable to retrieve container logs\n")).toEqual([
      { at: "", text: "unable to retrieve container logs" },
    ]);
  });
});
