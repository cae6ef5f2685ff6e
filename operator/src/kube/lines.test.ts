import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lines, readText } from "./lines.ts";

async function* chunks(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
async function all(text: string, sizes: readonly number[], most = 1000): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const line of lines(chunks(text, sizes), most)) found.push(line);
  return found;
}

describe("lines", () => {
  it("are found whatever the chunks are", async () => {
    const line = fc
      .string({ unit: "binary", minLength: 1, maxLength: 40 })
      .map((text) => text.replaceAll("\n", "ü").replaceAll("\ud800", ""));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (texts, sizes) => {
          const whole = texts.map((text) => text.toWellFormed());
          expect(await all(whole.map((text) => `${text}\n`).join(""), sizes)).toEqual(whole);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("leave out a last one that was cut", async () => {
    expect(await all('{"a":1}\n{"b":', [5])).toEqual(['{"a":1}']);
  });

  it("say undefined for one that is too long, and go on", async () => {
    expect(await all(`${"x".repeat(50)}\nok\n`, [7], 10)).toEqual([undefined, "ok"]);
  });
});

describe("a body", () => {
  it("is refused above its limit", async () => {
    await expect(readText(chunks("x".repeat(11), [3]), 10)).rejects.toMatchObject({ kind: "protocol" });
    expect(await readText(chunks("x".repeat(10), [3]), 10)).toHaveLength(10);
  });
});
