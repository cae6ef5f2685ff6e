import { appEndpoints } from "@skypanel/control-plane/contract/apps/apps.ts";
import { describe, expect, it } from "vitest";
import { nextProcess, type ProcessInput, tidied } from "./process-body.ts";

const web: ProcessInput = { name: "web", type: "Web", port: 8080, health: { path: "/healthz" } };
const namesAfter = (count: number) => {
  const all: ProcessInput[] = [];
  for (let added = 0; added < count; added += 1) all.push(nextProcess(all));
  return all;
};

describe("a process that is added", () => {
  it("is the web one, then workers under free names", () => {
    expect(namesAfter(4).map(({ name, type }) => `${type} ${name}`)).toEqual([
      "Web web",
      "Worker worker",
      "Worker worker-2",
      "Worker worker-3",
    ]);
  });

  it("is accepted by the API as it is", () => {
    const body = { processes: namesAfter(10) };
    expect(appEndpoints["PATCH /orgs/{org}/apps/{app}"].body.safeParse(body).success).toBe(true);
  });
});

describe("what a form sends", () => {
  it("has no port and no health check of a worker that was a web process", () => {
    expect(tidied({ processes: [{ ...web, type: "Worker" }] })).toEqual({
      processes: [{ name: "web", type: "Worker" }],
    });
  });

  it("has no health check of empty fields", () => {
    const empty = { path: undefined, periodSeconds: undefined };
    // Forms hold undefined for an empty field, which the contract's exact optional fields do not name.
    const values = { processes: [{ ...web, health: empty } as ProcessInput] };
    expect(tidied(values)).toEqual({ processes: [{ name: "web", type: "Web", port: 8080 }] });
  });

  it("keeps everything else", () => {
    expect(tidied({ title: "Shop", processes: [web] })).toEqual({ title: "Shop", processes: [web] });
    expect(tidied({ title: "Shop", processes: undefined })).toEqual({ title: "Shop" });
  });
});
