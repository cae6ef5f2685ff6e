import { describe, expect, it } from "vitest";
import { problem, problemReasons } from "../contract/problem.ts";
import { Conflict, Invalid, NotFound } from "../errors.ts";
import { problemOf } from "./problems.ts";

describe("a problem", () => {
  it.each(problemReasons)("has a status and a title: %s", (reason) => {
    const body = problemOf(new Invalid({ reason, detail: "d", remedy: "r" }), "id");
    expect(problem.parse(body)).toMatchObject({ reason, requestId: "id", status: expect.any(Number) });
  });

  it("brings the newer revision when one is stale", () => {
    const stale = new Conflict({ reason: "StaleRevision", detail: "d", remedy: "r", revision: "abc" });
    expect(problemOf(stale, "id")).toMatchObject({ status: 412, revision: "abc" });
  });

  it("tells of a bug nothing at all", () => {
    const body = JSON.stringify(problemOf(new Error("password=hunter2 at /srv/db.ts"), "id"));
    expect(body).not.toMatch(/hunter2|srv/);
    expect(body).toContain('"status":500');
  });

  it("is one and the same for foreign and missing", () => {
    expect(problemOf(new NotFound(), "id")).toEqual(problemOf(new NotFound(), "id"));
  });
});
