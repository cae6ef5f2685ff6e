import { afterEach, describe, expect, it } from "vitest";
import { type ProbeOptions, type Probes, startProbes } from "./probes.ts";

let probes: Probes | undefined;
afterEach(async () => {
  await probes?.close();
  probes = undefined;
});

async function ask(path: string, options: Partial<ProbeOptions> = {}) {
  const metrics = { contentType: "text/plain", metrics: async () => "up 1\n" };
  probes = await startProbes({ port: 0, host: "127.0.0.1", alive: () => [], ready: () => [], metrics, ...options });
  const response = await fetch(`http://127.0.0.1:${probes.port}${path}`);
  return { status: response.status, body: await response.text() };
}

describe("startProbes", () => {
  it.each([
    ["/healthz", 200, "ok\n"],
    ["/readyz", 200, "ok\n"],
    ["/metrics", 200, "up 1\n"],
    ["/", 404, "not found\n"],
    ["/healthz/../metrics2", 404, "not found\n"],
  ])("answers %s with %d", async (path, status, body) => {
    expect(await ask(path)).toEqual({ status, body });
  });

  it("says what it still waits for", async () => {
    const ready = async () => ["apps are not listed yet", "no lease"];
    expect(await ask("/readyz", { ready })).toEqual({ status: 503, body: "apps are not listed yet\nno lease\n" });
  });

  it("lives although it is not ready", async () => {
    expect(await ask("/healthz", { ready: () => ["no"] })).toMatchObject({ status: 200 });
  });

  it("takes a check that throws for a no, and goes on", async () => {
    const alive = () => {
      throw new Error("broken");
    };
    expect(await ask("/healthz", { alive })).toEqual({ status: 503, body: "the check itself failed\n" });
  });

  it("rejects when its port is taken", async () => {
    await ask("/healthz");
    await expect(ask("/healthz", { port: probes?.port ?? 0 })).rejects.toThrow("EADDRINUSE");
  });
});
