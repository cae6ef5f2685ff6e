import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPassword, readTokenRing, readWrappingKey, weakness } from "./keys.ts";

const strong = "9fX2qLw8Rz5Tb1Vn6Mk3Jh7Gd4Sc0YpAeUi";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skypanel-keys-"));
});
afterAll(() => rm(folder, { recursive: true }));

const file = (name: string, mayBeMade = false) => ({
  variable: "SKYPANEL_TOKEN_KEY_FILE",
  path: join(folder, name),
  mayBeMade,
});
const written = async (name: string, text: string) => {
  await writeFile(join(folder, name), text);
  return file(name);
};

describe("T-B01 a key", () => {
  it("is taken when it is random and long", () => {
    expect(weakness(strong)).toBeUndefined();
  });

  it.each([
    ["", "fewer than 32 bytes"],
    ["short", "fewer than 32 bytes"],
    [strong.slice(0, 31), "fewer than 32 bytes"],
    ["a".repeat(64), "repeats"],
    ["ab".repeat(32), "repeats"],
    ["changeme-changeme-changeme-changeme", "words"],
    ["please-change-me-to-something-random!", "words"],
    ["super-SECRET-value-for-production-use", "words"],
    ["0123456789abcdef0123456789abcdef", "words"],
  ])("is refused when it is %j", (key, problem) => {
    expect(weakness(key)).toContain(problem);
  });

  it.each(["", "\n\n", "   \n", "short\n", `${strong}\nshort\n`])("is refused in a file of %j", async (text) => {
    const key = await written("weak", text);
    await expect(readTokenRing(key)).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining(key.path),
    });
  });

  it("is missed where it may not be made", async () => {
    await expect(readTokenRing(file("absent"))).rejects.toMatchObject({ exitCode: 78 });
  });

  it("is made once, for its owner's eyes only", async () => {
    const [first] = await readTokenRing(file("made", true));
    const [again] = await readTokenRing(file("made", true));
    expect(again.kid).toBe(first.kid);
    expect((await stat(join(folder, "made"))).mode & 0o777).toBe(0o600);
  });
});

describe("G-S4 a ring", () => {
  it("signs with its first line and knows the others", async () => {
    const old = await readTokenRing(await written("old", `${strong}\n`));
    const ring = await readTokenRing(await written("new", `${strong}x\n${strong}\n`));
    expect(ring.map(({ kid }) => kid)).toEqual([expect.not.stringMatching(old[0].kid), old[0].kid]);
  });

  it("wraps with 32 bytes that are not the file's", async () => {
    const key = await readWrappingKey(await written("wrapping", `${strong}\n`));
    expect(key).toHaveLength(32);
    expect(key.includes(strong.slice(0, 8))).toBe(false);
  });
});

describe("the first administrator's password", () => {
  it("is what the file holds, without its line end", async () => {
    const { path } = await written("password", "correct horse\n");
    await expect(readPassword(path)).resolves.toBe("correct horse");
  });

  it.each(["", "\n", "short\n", "x".repeat(129)])("is refused when it is %j", async (text) => {
    const { path } = await written("password", text);
    await expect(readPassword(path)).rejects.toMatchObject({ exitCode: 78 });
  });
});
