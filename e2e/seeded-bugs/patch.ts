/** A bug planted on purpose, and the tests that must see it. */
export interface SeededBug {
  /** The file's name without its ending. */
  readonly name: string;
  /** The id in the titles of the tests that must turn red. */
  readonly test: string;
  /** The vitest project those tests run in. */
  readonly project: string;
  /** The test files to run. */
  readonly files: readonly string[];
  /** What the bug is, in a sentence. */
  readonly what: string;
}

/**
 * Reads the lines above a patch's first "---": `Test:`, `Project:`, `Files:` and `What:`. git apply passes over them.
 * Throws an Error that names the line that is missing.
 */
export function readPatch(name: string, text: string): SeededBug {
  const head = text.split(/^(?:diff --git|---) /m)[0] ?? "";
  const line = (key: string) => {
    const found = new RegExp(`^${key}: (.+)$`, "m").exec(head)?.[1];
    if (found === undefined) throw new Error(`${name}.patch has no line "${key}: …" above the change`);
    return found.trim();
  };
  return {
    name,
    test: line("Test"),
    project: line("Project"),
    files: line("Files").split(/\s+/),
    what: line("What"),
  };
}
