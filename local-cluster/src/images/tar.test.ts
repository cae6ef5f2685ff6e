import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type TarEntry, tarEnd, tarEntry } from "./tar.ts";

const archive = (entries: readonly TarEntry[]) => Buffer.concat([...entries.flatMap(tarEntry), tarEnd()]);
const listing = (entries: readonly TarEntry[]) =>
  execFileSync("tar", ["--list", "--verbose", "--numeric-owner", "--file", "-"], {
    input: archive(entries),
    encoding: "utf8",
  })
    .trim()
    .split("\n")
    .map((line) => line.replace(/\s+/g, " "));

describe("a tar archive", () => {
  it("is read by tar: files, folders, links, modes", () => {
    const entries = [
      { path: "bin/program", mode: 0o755, content: Buffer.from("12345") },
      { path: "tmp/", mode: 0o1777 },
      { path: "bin/link", mode: 0o777, linkTarget: "program" },
    ];
    expect(listing(entries)).toEqual([
      "-rwxr-xr-x 0/0 5 1970-01-01 00:00 bin/program",
      "drwxrwxrwt 0/0 0 1970-01-01 00:00 tmp/",
      "lrwxrwxrwx 0/0 0 1970-01-01 00:00 bin/link -> program",
    ]);
  });

  it("carries names longer than a header's field", () => {
    const path = `${"deep/".repeat(40)}file-ä`;
    const content = execFileSync("tar", ["--extract", "--to-stdout", "--file", "-", path], {
      input: archive([{ path, mode: 0o644, content: Buffer.from("found") }]),
    });
    expect(String(content)).toBe("found");
  });

  it("has equal bytes for equal entries", () => {
    const entries = [{ path: "a", mode: 0o644, content: Buffer.from("a") }];
    expect(archive(entries).equals(archive(entries))).toBe(true);
  });
});
