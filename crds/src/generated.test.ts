import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generatedFiles } from "./generated.ts";

const root = join(import.meta.dirname, "../..");

describe("generated files", () => {
  it.each([...generatedFiles()])("%s is fresh: npm run generate changes nothing", async (path, content) => {
    expect(await readFile(join(root, path), "utf8")).toBe(content);
  });
});
