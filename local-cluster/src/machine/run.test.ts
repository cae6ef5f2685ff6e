import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { attempt, run } from "./run.ts";

it("gives a program its input and returns its output", async () => {
  expect(await run("cat", [], { input: "words" })).toBe("words");
  expect(await run("cat", [], { input: Readable.from([Buffer.from("bytes")], { objectMode: false }) })).toBe("bytes");
});

it("says the last words of a program that fails", async () => {
  await expect(run("ls", ["/no/such/folder"])).rejects.toThrow(/ended with 2: .*No such file/);
});

it("tells how a program ended that may fail", async () => {
  expect(await attempt("false", [])).toMatchObject({ code: 1 });
});

it("says which program is not there", async () => {
  await expect(run("no-such-program", [])).rejects.toThrow("cannot start no-such-program");
});

it("ends a program that overruns its deadline", async () => {
  await expect(run("sleep", ["60"], { deadlineMs: 50 })).rejects.toThrow("did not end within its deadline");
});

it("outlives a program that does not read its input", async () => {
  expect(await run("true", [], { input: "x".repeat(1_000_000) })).toBe("");
});
