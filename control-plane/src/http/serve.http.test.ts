import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Panel, testPanel } from "../../../e2e/harness/panel.ts";

let panel: Panel;
beforeAll(async () => {
  panel = await testPanel();
});
afterAll(() => panel.close());

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

async function ask(path: string, { method = "GET", headers = {}, body }: Asked = {}) {
  const ours = { origin: panel.url, "x-skypanel-request": "1", cookie: panel.admin.cookies() };
  const response = await fetch(`${panel.url}/api/v1${path}`, {
    method,
    headers: { ...ours, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

const organisation = (slug: string) => JSON.stringify({ slug, name: slug });
const post = (headers: Record<string, string>, body: string) => ask("/orgs", { method: "POST", headers, body });

describe("a change", () => {
  const change = { method: "PATCH", body: '{"name":"Acme"}' };

  it.each([
    ["of a foreign origin", { origin: "https://evil.test" }],
    ["of an opaque origin", { origin: "null" }],
    ["without our header", { "x-skypanel-request": "0" }],
  ])("is refused when it comes %s", async (_, headers) => {
    await expect(ask("/orgs/acme", { ...change, headers })).resolves.toMatchObject({ status: 403 });
  });

  it("is taken from our own page", async () => {
    await expect(ask("/orgs/acme", change)).resolves.toMatchObject({ status: 200, body: { name: "Acme" } });
  });
});

describe("a body", () => {
  it("of more than 256 KiB answers 413", async () => {
    const body = JSON.stringify({ slug: "big", name: "x".repeat(256 * 1024) });
    await expect(post({ "idempotency-key": "big" }, body)).resolves.toMatchObject({
      status: 413,
      body: { reason: "TooLarge" },
    });
  });

  it("that nests too deep answers 413", async () => {
    const body = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    await expect(post({ "idempotency-key": "deep" }, body)).resolves.toMatchObject({ status: 413 });
  });

  it("that is no JSON answers 400", async () => {
    const answer = await post({ "idempotency-key": "text" }, "{oops");
    expect(answer).toMatchObject({ status: 400, body: { reason: "Invalid" } });
  });

  it("has every wrong field named", async () => {
    const { body } = await post({ "idempotency-key": "wrong" }, '{"slug":"Not A Name","replica":1}');
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(["/slug", "/name", "/replica"]);
  });

  it("may not hold a NUL", async () => {
    const body = '{"email":"nul@panel.test","name":"N","password":"long\\u0000enough"}';
    const answer = await ask("/admin/users", { method: "POST", headers: { "idempotency-key": "nul" }, body });
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining("NUL") } });
  });

  it("may not have a key called __proto__", async () => {
    const answer = await post({ "idempotency-key": "proto" }, '{"slug":"p","name":"p","__proto__":{"role":"owner"}}');
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining("__proto__") } });
  });
});

describe("a query", () => {
  it("has its wrong parameters named", async () => {
    const { status, body } = await ask("/orgs?limit=1000&colour=red");
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(["query/limit", "query/colour"]);
  });

  it("may not hold a NUL", async () => {
    await expect(ask("/orgs?q=%00")).resolves.toMatchObject({ status: 400, body: { reason: "Invalid" } });
  });

  it("of more than 8 KiB answers 413", async () => {
    await expect(ask(`/orgs?q=${"x".repeat(8_200)}`)).resolves.toMatchObject({ status: 413 });
  });
});

describe("a path", () => {
  it.each(["/nowhere", "/orgs/acme/nothing", "/orgs/%00", "/orgs/%ff", "/orgs/..%2facme"])(
    "of %s is not found",
    async (path) => {
      await expect(ask(path)).resolves.toMatchObject({ status: 404, body: { reason: "NotFound" } });
    },
  );

  it("with an id that is none is not found", async () => {
    const answer = await ask("/orgs/acme/members/1", { method: "DELETE" });
    expect(answer).toMatchObject({ status: 404, body: { reason: "NotFound" } });
  });
});

describe("If-Match", () => {
  const patch = (headers: Record<string, string>) =>
    ask("/orgs/acme/apps/shop", { method: "PATCH", headers, body: '{"title":"Shop"}' });

  it("is demanded", async () => {
    await expect(patch({})).resolves.toMatchObject({ status: 428, body: { reason: "RevisionMissing" } });
  });

  it.each(["*", "bare", 'W/"weak"', '"a", "b"'])("may not be %s", async (value) => {
    const answer = await patch({ "if-match": value });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: "header/if-match" }] } });
  });
});

describe("T-M05 an idempotency key", () => {
  it("is demanded where something is made", async () => {
    await expect(post({}, organisation("keyless"))).resolves.toMatchObject({
      status: 400,
      body: { reason: "IdempotencyKeyMissing" },
    });
  });

  it("gives the first answer again", async () => {
    const first = await post({ "idempotency-key": "twice" }, organisation("twice"));
    const second = await post({ "idempotency-key": "twice" }, organisation("twice"));
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: first.body });
  });

  it("belongs to one body", async () => {
    await post({ "idempotency-key": "one-body" }, organisation("one-body"));
    const other = await post({ "idempotency-key": "one-body" }, organisation("other-body"));
    expect(other).toMatchObject({ status: 422, body: { reason: "IdempotencyMismatch" } });
  });

  it("makes one thing of many at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post({ "idempotency-key": "many" }, organisation("many"))),
    );
    const rows = await panel.database.owner(
      "select 1 from activity where action = 'organisation.created' and object_name = 'many'",
    );
    expect(rows).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 201 && status !== 503)).toEqual([]);
  });

  it("is free again after a refusal", async () => {
    await expect(post({ "idempotency-key": "mended" }, '{"slug":"?"}')).resolves.toMatchObject({ status: 400 });
    await expect(post({ "idempotency-key": "mended" }, organisation("mended"))).resolves.toMatchObject({ status: 201 });
  });

  it("keeps no answer in plain text", async () => {
    await post({ "idempotency-key": "sealed" }, organisation("sealed-org"));
    const rows = await panel.database.owner<{ reply: Buffer }>(
      "select reply from idempotency_keys where key = 'sealed'",
    );
    expect(rows[0]?.reply.includes("sealed-org")).toBe(false);
  });
});

describe("every answer", () => {
  it("carries the headers that keep pages apart", async () => {
    const { headers } = await ask("/session");
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'self';style-src 'self' 'nonce-[\w-]{22}';img-src 'self' data:;object-src 'none';base-uri 'none'/,
    );
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
  });

  it("carries the id its problem names", async () => {
    const { headers, body } = await ask("/nowhere");
    expect(body.requestId).toBe(headers.get("x-request-id"));
  });

  it("counts down what is left in the minute", async () => {
    const { headers } = await ask("/session");
    expect(Number(headers.get("ratelimit-remaining"))).toBeLessThan(Number(headers.get("ratelimit-limit")));
  });
});

describe("the description of the API", () => {
  it("is served to anybody", async () => {
    await expect(ask("/openapi.json", { headers: { cookie: "" } })).resolves.toMatchObject({
      status: 200,
      body: { openapi: "3.1.0", paths: { "/auth/login": {} } },
    });
  });
});
