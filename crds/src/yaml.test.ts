import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readYaml, writeYaml } from "./yaml.ts";

const value = (text: string) => {
  const result = readYaml(text);
  return result.ok ? result.value : result.problems;
};

describe("readYaml", () => {
  it("reads JSON values, and knows the line of each field", () => {
    const result = readYaml("kind: App\nspec:\n  processes:\n    - name: web\n      port: 80\n");
    expect(result).toMatchObject({
      ok: true,
      value: { kind: "App", spec: { processes: [{ name: "web", port: 80 }] } },
    });
    const lines = result.ok ? result.lines : new Map();
    expect([lines.get("spec"), lines.get("spec.processes[0]"), lines.get("spec.processes[0].port")]).toEqual([2, 4, 5]);
  });

  it.each([
    ["an anchor", "a: &x 1", 1, "anchors"],
    ["an alias", "a: 1\nb: *a", 2, "aliases"],
    ["a tag", "a: !!js/function 'x'", 1, "tags"],
    ["a local tag", "a: !secret x", 1, "tags"],
    ["a directive", "%YAML 1.1\n---\na: 1", 1, "directives"],
    ["two documents", "a: 1\n---\nb: 2\n", 2, "one document"],
    ["a key given twice", "a:\n  b: 1\n  b: 2", 3, "a.b is given twice"],
    ["a key given twice in one line", "{a: 1, a: 2}", 1, "a is given twice"],
    ["a key that is an object", "? {a: 1}\n: x", 1, "keys must be strings"],
    ["__proto__", "a: 1\n__proto__: {b: 1}", 2, "__proto__"],
    ["a number that loses digits", "a: 9007199254740993", 1, "too large"],
    ["a number that is none", "a: .nan", 1, "too large"],
    ["infinity", "a: -.inf", 1, "too large"],
    ["an empty file", "", 1, "empty"],
    ["a file of comments", "# nothing\n", 1, "empty"],
    ["null", "~", 1, "empty"],
    ["a bracket that stays open", "a: [1, 2", 1, ""],
    ["a tab as indentation", "a:\n\tb: 1", 2, "Tabs"],
    ["a map in a value", "a: b: c", 1, "Nested"],
    ["brackets 33 deep", "[".repeat(33), 1, "deeper than 32"],
    ["maps 33 deep", Array.from({ length: 33 }, (_, n) => `${" ".repeat(n)}a:`).join("\n"), 33, "deeper than 32"],
    ["lists 33 deep on one line", `${"- ".repeat(33)}x`, 1, "deeper than 32"],
    ["5,001 values", "- x\n".repeat(2_501), 2_501, "more than 5000"],
    ["a flood of empty lines", "\n".repeat(60_000), 50_001, "empty lines"],
    ["a flood of comments", "#\n".repeat(60_000), 25_001, "comments"],
    ["more than 256 KiB", `a: ${"x".repeat(256 * 1024)}`, 1, "bytes"],
    ["256 KiB in bytes, though not in characters", `a: ${"é".repeat(128 * 1024)}`, 1, "bytes"],
  ])("refuses %s", (_, text, line, message) => {
    expect(readYaml(text)).toMatchObject({
      ok: false,
      problems: [{ line, message: expect.stringContaining(message) }],
    });
  });

  it.each([
    [
      "an ampersand within a block",
      "a: |\n  &not an anchor\n  *nor an alias\n",
      { a: "&not an anchor\n*nor an alias\n" },
    ],
    ["an exclamation mark in quotes", 'a: "!important"', { a: "!important" }],
    ["a merge key as a plain key", "<<: {a: 1}", { "<<": { a: 1 } }],
    ["words of YAML 1.1 as text", "a: on\nb: yes", { a: "on", b: "yes" }],
    ["a dashed line within a block", "a: |\n  ---\n  x\n", { a: "---\nx\n" }],
    ["brackets 32 deep", `${"[".repeat(32)}${"]".repeat(32)}`, JSON.parse(`${"[".repeat(32)}${"]".repeat(32)}`)],
    ["a mark at the end of the document", "a: 1\n...\n", { a: 1 }],
    ["Windows line ends", "a: 1\r\nb:\r\n  - 2\r\n", { a: 1, b: [2] }],
    ["a byte order mark", "\ufeffa: 1", { a: 1 }],
    ["JSON", '{"a": [1, true, null, "x"]}', { a: [1, true, null, "x"] }],
  ])("takes %s", (_, text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it("does not quote the file in its problems", () => {
    expect(JSON.stringify(readYaml("password: swordfish: x\n- hunter2\n'"))).not.toMatch(/swordfish|hunter2/);
  });

  it("neither throws nor hangs on any text", () => {
    const pieces = fc.constantFrom(
      "a",
      ": ",
      "- ",
      "\n",
      "  ",
      "[",
      "]",
      "{",
      "}",
      ",",
      "&",
      "*",
      "!",
      "|",
      ">",
      "'",
      '"',
      "#",
      "?",
      "%",
      "\t",
      "---",
      "\u0000",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        expect(typeof readYaml(parts.join("")).ok).toBe("boolean");
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes tighter limits than its own", () => {
    expect(readYaml("a: {b: {c: 1}}", { depth: 2 }).ok).toBe(false);
  });
});

describe("writeYaml", () => {
  it("writes what it reads back unchanged", () => {
    const json = fc.dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      fc.jsonValue({ maxDepth: 4 }),
      { maxKeys: 8 },
    );
    fc.assert(
      fc.property(json, (written) => {
        fc.pre(!/__proto__|e\+|\d{16}/.test(JSON.stringify(written)));
        expect(value(writeYaml(written))).toEqual(JSON.parse(JSON.stringify(written)));
      }),
    );
  });

  it("keeps the order it is given", () => {
    expect(writeYaml({ b: 1, a: { d: [], c: "x" } })).toBe("b: 1\na:\n  d: []\n  c: x\n");
  });

  it("quotes what readers of YAML 1.1 take for something else", () => {
    expect(writeYaml({ a: "on", b: "012", c: "1:30", d: "y" })).toBe('a: "on"\nb: "012"\nc: "1:30"\nd: "y"\n');
  });

  it("repeats what is shared instead of naming it", () => {
    const shared = { x: 1 };
    expect(writeYaml({ a: shared, b: shared })).toBe("a:\n  x: 1\nb:\n  x: 1\n");
  });
});
