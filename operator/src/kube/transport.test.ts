import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it } from "vitest";
import { apply, aServer, json, object, ref, status } from "./a-server.ts";
import { KubeError } from "./kube.ts";
import { configMaps } from "./resources.ts";

describe("the transport", () => {
  it("sends an apply as what the API calls one", async () => {
    const { kube, seen } = await aServer([json(201, object)]);
    expect(await apply(kube)).toMatchObject({ created: true, object: { metadata: { uid: "1" } } });
    expect(seen[0]).toMatchObject({
      method: "PATCH",
      url: "/api/v1/namespaces/n/configmaps/a?fieldManager=skypanel-operator&force=true",
      headers: { "content-type": "application/apply-patch+yaml", authorization: "Bearer old" },
    });
  });

  it("fetches new credentials on 401, once", async () => {
    const { kube, seen } = await aServer([status(401), json(200, object)]);
    await kube.get(ref);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer new"]);
    const denied = await aServer([status(401)]);
    await expect(denied.kube.get(ref)).rejects.toMatchObject({ kind: "unauthorized" });
    expect(denied.seen).toHaveLength(2);
  });

  it("refuses a body above its limit", async () => {
    const { kube } = await aServer([json(200, { ...object, data: { big: "x".repeat(5 * 1024 * 1024) } })]);
    await expect(kube.get(ref)).rejects.toMatchObject({ kind: "protocol" });
    await expect(apply(kube)).rejects.toMatchObject({ kind: "protocol", outcomeKnown: false });
  });

  it("gives an answer that is text as it is, such as that of the API's own probes", async () => {
    const { transport } = await aServer([(_, response) => response.end("ok")]);
    const readyz = { method: "GET", path: "/readyz", deadlineMs: 4_000, maxBytes: 100 } as const;
    expect(await transport.send({ ...readyz, isText: true })).toEqual({ status: 200, body: "ok" });
    await expect(transport.send(readyz)).rejects.toMatchObject({ kind: "protocol" });
  });

  it("sends no write that it may not, and reads all the same", async () => {
    const mayWrite = () => {
      throw new KubeError("fenced", "the lease is not held");
    };
    const { kube, seen } = await aServer([json(200, object)], { mayWrite });
    await expect(apply(kube)).rejects.toMatchObject({ kind: "fenced" });
    await expect(kube.delete(ref, { uid: "1", resourceVersion: "5" })).rejects.toMatchObject({ kind: "fenced" });
    expect(seen).toHaveLength(0);
    await kube.get(ref);
    expect(seen).toHaveLength(1);
  });

  it("asks whether it may write once the connection stands, in the turn in which the write goes out", async () => {
    const happened: string[] = [];
    const connected = () => happened.push("connected");
    subscribe("undici:client:connected", connected);
    const mayWrite = () => void happened.push("asked");
    const { kube } = await aServer([(...call) => happened.push("written") && json(201, object)(...call)], { mayWrite });
    await apply(kube);
    unsubscribe("undici:client:connected", connected);
    expect(happened).toEqual(["connected", "asked", "written"]);
  });

  it("makes 500 calls on at most 8 connections", async () => {
    const { kube, seen, opened } = await aServer([json(200, object)]);
    await Promise.all(Array.from({ length: 500 }, () => kube.get(ref)));
    expect(seen).toHaveLength(500);
    expect(await opened()).toBeLessThanOrEqual(8);
  });

  it("counts requests by method and code, with no name in it", async () => {
    const { kube, registry } = await aServer([json(200, object)]);
    await kube.get(ref);
    expect(await registry.getSingleMetricAsString("rest_client_requests_total")).toContain(
      '{method="GET",code="200"} 1',
    );
  });

  it("ends with the signal's reason while it waits for an answer", async () => {
    const stop = new AbortController();
    const { kube } = await aServer([() => stop.abort(new Error("deadline"))]);
    await expect(kube.get(ref, { signal: stop.signal })).rejects.toThrow("deadline");
  });
});

describe("a watch", () => {
  const told = async (body: string) => {
    const { kube } = await aServer([(_, response) => response.end(body)]);
    const all: string[] = [];
    const signal = new AbortController().signal;
    for await (const event of kube.watch(configMaps, {
      resourceVersion: "1",
      initial: false,
      timeoutSeconds: 1,
      signal,
    })) {
      all.push(event.type === "broken" ? `broken: ${event.why}` : event.type);
    }
    return all;
  };
  const line = (type: string, one: object) => `${JSON.stringify({ type, object: one })}\n`;

  it("reads each kind of line", async () => {
    const mark = { metadata: { resourceVersion: "9" } };
    const end = { metadata: { resourceVersion: "9", annotations: { "k8s.io/initial-events-end": "true" } } };
    const gone = { kind: "Status", code: 410 };
    const body = [
      line("ADDED", object),
      line("BOOKMARK", mark),
      line("BOOKMARK", end),
      line("DELETED", object),
      line("ERROR", gone),
    ];
    expect(await told(body.join(""))).toEqual(["added", "bookmark", "initial-end", "deleted", "error"]);
  });

  it("tells of lines that cannot be read", async () => {
    const nameless = { metadata: { name: "a" } };
    const body = ['{"type":"ADDED","obj\n', line("RENAMED", object), line("ADDED", nameless)];
    expect(await told(body.join(""))).toEqual(["broken: unparsable", "broken: unknown type", "broken: no uid"]);
  });

  it("leaves out a line that was cut", async () => {
    expect(await told(`${line("ADDED", object)}{"type":"MODIF`)).toEqual(["added"]);
  });
});
