import { expect, test } from "vitest";
import type { ProcessInput } from "../../contract/apps/processes.ts";
import { changedFields, resized } from "./changes.ts";

const web: ProcessInput = {
  name: "web",
  type: "Web",
  command: [],
  port: 80,
  replicas: 1,
  cpuMillicores: 250,
  memoryMiB: 256,
};
const worker: ProcessInput = {
  name: "mail",
  type: "Worker",
  command: [],
  replicas: 3,
  cpuMillicores: 250,
  memoryMiB: 256,
};
const app = { title: "A", image: "a:1", processes: [web, worker], state: "Running" as const };

test("tells only the fields that differ", () => {
  expect(changedFields(app, { ...app, image: "a:2" })).toEqual({ before: { image: "a:1" }, after: { image: "a:2" } });
  expect(changedFields(app, { ...app })).toEqual({ before: {}, after: {} });
});

test("resizes the named processes and leaves the others", () => {
  const { processes } = { processes: [], ...resized([web, worker], [{ name: "web", replicas: 0 }]) };
  expect(processes).toEqual([{ ...web, replicas: 0 }, worker]);
});

test("points at the process nobody knows", () => {
  const sizes = [
    { name: "web", replicas: 2 },
    { name: "nobody", replicas: 2 },
  ];
  expect(resized([web], sizes)).toEqual({ k: "unknown", name: "nobody", index: 1 });
});
