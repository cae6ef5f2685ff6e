import { describe, expect, it } from "vitest";
import { addressOf, initOf } from "./request.ts";

describe("addressOf", () => {
  it("fills in parameters and escapes them", () => {
    const address = addressOf("GET /orgs/{org}/apps/{app}", { org: "acme", app: "a/b" });
    expect(address).toBe("/api/v1/orgs/acme/apps/a%2Fb");
  });

  it("leaves out what the query does not say", () => {
    const address = addressOf("GET /orgs/{org}/apps", { org: "acme" }, { q: "", phase: undefined, limit: 50 });
    expect(address).toBe("/api/v1/orgs/acme/apps?limit=50");
  });

  it("refuses a path with a parameter missing", () => {
    expect(() => addressOf("GET /orgs/{org}", {})).toThrow("needs org");
  });
});

describe("initOf", () => {
  it("sends no header of ours with a read", () => {
    const { headers } = initOf("GET /session", { idempotencyKey: "k" });
    expect(Object.keys(headers)).toEqual(["accept"]);
  });

  it("marks a POST as ours and gives it a key", () => {
    const { method, headers, body } = initOf("POST /orgs", { body: { slug: "a" }, idempotencyKey: "k" });
    expect({ method, body }).toEqual({ method: "POST", body: '{"slug":"a"}' });
    expect(headers).toMatchObject({
      "x-skypanel-request": "1",
      "idempotency-key": "k",
      "content-type": "application/json",
    });
  });

  it("quotes the revision a change is based on", () => {
    const { headers } = initOf("PATCH /orgs/{org}/apps/{app}", { revision: "abc", idempotencyKey: "k" });
    expect(headers).toMatchObject({ "if-match": '"abc"' });
    expect(headers).not.toHaveProperty("idempotency-key");
  });
});
