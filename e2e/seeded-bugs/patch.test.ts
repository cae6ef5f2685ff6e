import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readPatch } from "./patch.ts";

const root = resolve(import.meta.dirname, "../..");
const patches = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".patch"));

describe("a seeded bug", () => {
  it.each(patches)("%s still applies, and names tests that exist", (file) => {
    const path = join(import.meta.dirname, file);
    const { test, files } = readPatch(file, readFileSync(path, "utf8"));
    const texts = files.map((name) => (existsSync(join(root, name)) ? readFileSync(join(root, name), "utf8") : ""));
    expect(texts.join("\n")).toMatch(new RegExp(`${test}\\b`));
    expect(execFileSync("git", ["apply", "--check", path], { cwd: root, encoding: "utf8" })).toBe("");
  });

  it("must say what it is and who sees it", () => {
    const text = "Test: T-F10\nProject: pure\nFiles: a.test.ts b.test.ts\nWhat: no uid on delete\n\n--- a/x\n+++ b/x\n";
    expect(readPatch("no-uid", text)).toEqual({
      name: "no-uid",
      test: "T-F10",
      project: "pure",
      files: ["a.test.ts", "b.test.ts"],
      what: "no uid on delete",
    });
    expect(() => readPatch("no-uid", text.replace("Project: pure\n", ""))).toThrow(/no line "Project: …"/);
  });
});
