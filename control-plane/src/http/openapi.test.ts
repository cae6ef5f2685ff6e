import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { endpoints } from "../contract/api.ts";
import { openApi } from "./openapi.ts";

const description = openApi(endpoints);

it("describes every endpoint once", () => {
  const { paths } = description as { paths: Record<string, Record<string, { operationId: string }>> };
  const ids = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  expect(ids).toHaveLength(Object.keys(endpoints).length);
  expect(new Set(ids).size).toBe(ids.length);
});

it("names what several endpoints answer", () => {
  const { components } = description as { components: { schemas: object } };
  expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(["Problem", "Session", "App", "Cluster"]));
});

it("is what is committed", async () => {
  const file = new URL("../../../docs/reference/openapi.json", import.meta.url);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(description)));
});
