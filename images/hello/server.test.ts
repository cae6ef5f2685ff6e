import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";

const env = { PORT: "0", GREETING: "Good day", TEST_WORD: "shown", DATABASE_PASSWORD: "hidden" };
const app = spawn(process.execPath, [join(import.meta.dirname, "server.ts")], {
  env,
  stdio: ["ignore", "pipe", "inherit"],
});
const lines = createInterface({ input: app.stdout });
let url: string;

beforeAll(async () => {
  const [line] = await once(lines, "line");
  url = `http://127.0.0.1:${/listens on (\d+)/.exec(line)?.[1]}`;
});
afterAll(() => void app.kill("SIGKILL"));

const text = async (path: string) => {
  const response = await fetch(`${url}${path}`);
  return `${response.status} ${(await response.text()).trim()}`;
};

it("greets in the words of its variable and logs the request", async () => {
  const logged = once(lines, "line");
  expect(await text("/")).toBe("200 Good day from version 1");
  expect(await logged).toEqual(["GET / 200"]);
});

it("shows variables made for it and no other", async () => {
  expect(await text("/env/TEST_WORD")).toBe("200 shown");
  expect(await text("/env/DATABASE_PASSWORD")).toBe("404 nothing here");
});

it("answers late, and is ready meanwhile", async () => {
  const late = text("/slow?ms=50");
  expect(await text("/ready")).toBe("200 ready");
  expect(await late).toBe("200 slow");
});

it("ends with an error when it is asked to crash", async () => {
  const ended = once(app, "exit");
  await expect(text("/crash")).rejects.toThrow();
  expect(await ended).toEqual([1, null]);
});
