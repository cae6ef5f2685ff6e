import { createHash } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, expect, test, vi } from "vitest";
import { type Loopback, loopback } from "./loopback.ts";
import type { Action, Match } from "./rule.ts";

let way: Loopback;
afterEach(() => way.close());

const mebibyte = Buffer.alloc(2 ** 20, "0123456789abcdef\n");
const pods = "/api/v1/namespaces/shop/pods";

/** Answers `/big` with 1 MiB and anything else with its own path, under headers that must come through as they are. */
const echo = (request: IncomingMessage, response: ServerResponse) => {
  request.resume();
  response.setHeader("X-Odd-CASE", "1, 2");
  response.setHeader("Set-Cookie", ["a=1", "b=2"]);
  response.end(request.url === "/big" ? mebibyte : `${request.method} ${request.url} ${request.headers.authorization}`);
};
const arm = (match: Match, action: Action) => way.proxy.arm({ match, action });
const hash = (body: Buffer) => createHash("sha256").update(body).digest("hex");
const bodyOf = async (path: string) => String((await way.ask(path)).body);
const failure = (reply: Promise<unknown>) =>
  reply.then(
    () => "an answer",
    (error: NodeJS.ErrnoException) => error.code,
  );

test("without a rule passes each byte of head and body", async () => {
  way = await loopback(echo);
  for (const path of [`${pods}/web-1?pretty=1`, "/big"]) {
    const [straight, through] = [await way.ask(path, { direct: true }), await way.ask(path)];
    const head = ({ status, message, rawHeaders }: typeof straight) => {
      return [status, message, ...rawHeaders.filter((text) => !/ GMT$/.test(text))];
    };
    expect(head(through)).toEqual(head(straight));
    expect(hash(through.body)).toBe(hash(straight.body));
  }
});

test("without a rule passes a body of 1 MiB to the server", async () => {
  way = await loopback((request, response) => void text(request).then((body) => response.end(hash(Buffer.from(body)))));
  const reply = await way.ask(pods, { method: "POST", body: String(mebibyte) });
  expect(String(reply.body)).toBe(hash(mebibyte));
});

test("without a rule passes a stream as it comes, and ends with its caller", async () => {
  let server: ServerResponse | undefined;
  way = await loopback((_, response) => {
    server = response;
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
  });
  const watch = await way.open(`${pods}?watch=true`);
  const chunks: string[] = [];
  watch.on("data", (chunk) => chunks.push(String(chunk)));
  watch.on("error", () => {});
  server?.write('{"type":"ADDED"}\n');
  await vi.waitFor(() => expect(chunks.join("")).toBe('{"type":"ADDED"}\n'));
  server?.write('{"type":"MODI');
  server?.write('FIED"}\n');
  await vi.waitFor(() => expect(chunks.join("")).toBe('{"type":"ADDED"}\n{"type":"MODIFIED"}\n'));
  const gone = server === undefined ? undefined : once(server, "close");
  watch.destroy();
  await gone;
  await vi.waitFor(() => expect(way.proxy.calls()[0]?.at.ended).toBeDefined());
});

test("numbers every call and says what it asked for", async () => {
  way = await loopback(echo);
  await way.ask(`${pods}/web-1`);
  await way.ask(`${pods}/web-1`, { method: "DELETE" });
  const told = way.proxy
    .calls()
    .map(({ arrow, n, verb, resource, name, status }) => ({ arrow, n, verb, resource, name, status }));
  const place = { arrow: "test", resource: "pods", name: "web-1", status: 200 };
  expect(told).toEqual([
    { n: 1, verb: "get", ...place },
    { n: 2, verb: "delete", ...place },
  ]);
});

test("drop: the server never hears of it", async () => {
  way = await loopback(echo);
  arm({ name: "web-1" }, { type: "drop" });
  expect(await failure(way.ask(`${pods}/web-1`))).toBe("ECONNRESET");
  expect(way.reached).toEqual([]);
  expect(await bodyOf(`${pods}/web-2`)).toContain("web-2");
});

test("cut: the effect happens, the answer is lost", async () => {
  way = await loopback(echo);
  arm({ verb: "delete", times: 1 }, { type: "cut" });
  expect(await failure(way.ask(`${pods}/web-1`, { method: "DELETE" }))).toBe("ECONNRESET");
  expect(way.reached).toEqual([`DELETE ${pods}/web-1`]);
  expect((await way.ask(`${pods}/web-1`, { method: "DELETE" })).status).toBe(200);
});

test("hold: not sent before it is released", async () => {
  way = await loopback(echo);
  const release = arm({ name: "web-1" }, { type: "hold" });
  const held = bodyOf(`${pods}/web-1`);
  await bodyOf(`${pods}/web-2`);
  expect(way.reached).toEqual([`GET ${pods}/web-2`]);
  release();
  expect(await held).toContain("web-1");
});

test("hold: sent after its release though the caller has gone", async () => {
  way = await loopback(echo);
  arm({ name: "web-1" }, { type: "hold" });
  const held = failure(way.ask(`${pods}/web-1`, { method: "PUT", body: "{}" }));
  await vi.waitFor(() => expect(way.proxy.calls()[0]?.faults).toEqual(["hold"]));
  arm({ open: true, times: 0 }, { type: "cut" });
  expect(await held).toBe("ECONNRESET");
  way.proxy.heal();
  await vi.waitFor(() => expect(way.reached).toEqual([`PUT ${pods}/web-1`]));
});

test("delay: sent later, after what came later", async () => {
  way = await loopback(echo);
  arm({ name: "web-1" }, { type: "delay", ms: 300 });
  const late = bodyOf(`${pods}/web-1`);
  await bodyOf(`${pods}/web-2`);
  await late;
  expect(way.reached).toEqual([`GET ${pods}/web-2`, `GET ${pods}/web-1`]);
});

test("throttle: the answer takes the time its bytes need", async () => {
  way = await loopback(echo);
  arm({ path: "/big" }, { type: "throttle", bytesPerSecond: 4 * 2 ** 20 });
  expect(hash((await way.ask("/big")).body)).toBe(hash(mebibyte));
  const took = () => {
    const [call] = way.proxy.calls();
    return (call?.at.ended ?? 0) - (call?.at.arrived ?? 0);
  };
  await vi.waitFor(() => expect(took()).toBeGreaterThan(200));
});

test("duplicate: the server hears it twice", async () => {
  way = await loopback(echo);
  arm({ verb: "create" }, { type: "duplicate" });
  expect((await way.ask(pods, { method: "POST", body: "{}" })).status).toBe(200);
  expect(way.reached).toEqual([`POST ${pods}`, `POST ${pods}`]);
});

test("reorder: the server hears its successor first", async () => {
  way = await loopback(echo);
  arm({ verb: "get", nth: 1 }, { type: "reorder" });
  const first = bodyOf(`${pods}/web-1`);
  await vi.waitFor(() => expect(way.proxy.calls()[0]?.faults).toEqual(["reorder"]));
  await bodyOf(`${pods}/web-2`);
  await first;
  expect(way.reached).toEqual([`GET ${pods}/web-2`, `GET ${pods}/web-1`]);
});

test("lose: no answer on a connection that stays open", async () => {
  way = await loopback(echo);
  arm({ name: "web-1" }, { type: "lose" });
  let isSettled = false;
  const lost = failure(way.ask(`${pods}/web-1`)).finally(() => {
    isSettled = true;
  });
  await bodyOf(`${pods}/web-2`);
  expect({ isSettled, reached: way.reached }).toEqual({ isSettled: false, reached: [`GET ${pods}/web-2`] });
  arm({ name: "web-1", open: true }, { type: "refuse" });
  expect(await lost).toBe("ECONNRESET");
});

test("answer: any status, headers and body", async () => {
  way = await loopback(echo);
  arm({ verb: "list" }, { type: "answer", status: 429, headers: { "Retry-After": "7" }, body: "<html>" });
  const { status, rawHeaders, body } = await way.ask(pods);
  expect([status, rawHeaders.slice(0, 2), String(body), way.reached]).toEqual([
    429,
    ["Retry-After", "7"],
    "<html>",
    [],
  ]);
});

test("truncate: a clean end after the first bytes", async () => {
  way = await loopback(echo);
  arm({}, { type: "truncate", bytes: 9 });
  expect(String((await way.ask("/big")).body)).toBe("012345678");
});

test("half line: half of the body, then no more", async () => {
  way = await loopback((_, response) => void response.end("0123456789"));
  arm({}, { type: "halfLine" });
  const reply = await way.open("/half");
  const got: string[] = [];
  reply.on("data", (chunk) => got.push(String(chunk)));
  expect(await failure(once(reply, "end"))).toBe("ECONNRESET");
  expect(got.join("")).toBe("01234");
});

test("freeze: the socket stays open without bytes", async () => {
  way = await loopback(echo);
  arm({ path: "/big" }, { type: "freeze", afterBytes: 4 });
  const reply = await way.open("/big");
  const got: string[] = [];
  reply.on("data", (chunk) => got.push(String(chunk)));
  reply.on("error", () => {});
  await vi.waitFor(() => expect(got.join("")).toBe("0123"));
  await bodyOf(`${pods}/web-2`);
  expect({ got: got.join(""), isOpen: !reply.destroyed }).toEqual({ got: "0123", isOpen: true });
});

test("refuse: a TCP reset", async () => {
  way = await loopback(echo);
  arm({}, { type: "refuse" });
  expect(await failure(way.ask(pods))).toBe("ECONNRESET");
  expect(way.reached).toEqual([]);
});

test.each([
  ["expired", "CERT_HAS_EXPIRED"],
  ["foreign", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
] as const)("wrong certificate: the %s one is shown until healed", async (which, code) => {
  way = await loopback(echo);
  arm({}, { type: "wrongCertificate", which });
  expect(await failure(way.ask(pods))).toBe(code);
  way.proxy.heal();
  expect((await way.ask(pods)).status).toBe(200);
});

test("a server that is gone looks gone", async () => {
  way = await loopback((request) => void request.socket.destroy());
  expect(await failure(way.ask(pods))).toBe("ECONNRESET");
});
