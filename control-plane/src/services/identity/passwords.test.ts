import { limits } from "@skypanel/crds/limits.ts";
import { describe, expect, it } from "vitest";
import { createPasswords, isOutdated } from "./passwords.ts";

const passwords = createPasswords();

describe("G-S3 a password", () => {
  it("is kept as argon2id of the agreed cost", async () => {
    const hash = await passwords.hash("correct horse");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(isOutdated(hash)).toBe(false);
  });

  it("is outdated when it was hashed for less", () => {
    expect(isOutdated("$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$aGFzaA")).toBe(true);
  });

  it("matches itself alone", async () => {
    const hash = await passwords.hash("correct horse");
    await expect(passwords.matches(hash, "correct horse")).resolves.toBe(true);
    await expect(passwords.matches(hash, "Correct horse")).resolves.toBe(false);
  });

  it("counts past 72 bytes and past NUL", async () => {
    const long = "x".repeat(100);
    const hash = await passwords.hash(`${long}a\0b`);
    await expect(passwords.matches(hash, `${long}b\0b`)).resolves.toBe(false);
    await expect(passwords.matches(hash, `${long}a\0c`)).resolves.toBe(false);
  });

  it("is nobody's without a user", async () => {
    await expect(passwords.matches(undefined, "skypanel-nobody")).resolves.toBe(false);
  });
});

describe("T-L06 the queue of hashes", () => {
  it("refuses what is beyond its length", async () => {
    const crowd = createPasswords();
    const many = Array.from({ length: limits.password.waiting + 6 }, () => crowd.hash("x"));
    const refused = (await Promise.allSettled(many)).filter(({ status }) => status === "rejected");
    expect(refused).toEqual(
      Array(4).fill({ status: "rejected", reason: expect.objectContaining({ reason: "Unavailable" }) }),
    );
  });
});
