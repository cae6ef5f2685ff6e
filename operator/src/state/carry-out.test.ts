import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { refOf } from "../../../e2e/operator/a-source.ts";
import { type JsonObject, type Kube, KubeError, type Live } from "../kube/kube.ts";
import { type MemoryKube, memoryKube } from "../kube/memory-kube.ts";
import { namespaces } from "../kube/resources.ts";
import { aFile, aManifest, aTree } from "./a-tree.ts";
import { applyAll, removeAll } from "./carry-out-controller.ts";
import { plan } from "./plan.ts";

const { signal } = new AbortController();
const app = (index: number) => `tenants/acme/apps/a${index}.yaml`;
const appsOf = (count: number) => Array.from({ length: count }, (_, index) => aFile(app(index)));
const tree = (count: number) => aTree([...appsOf(count), aFile("tenants/acme.yaml")]);

function aKube(): MemoryKube {
  const kube = memoryKube(manualClock());
  kube.edit({ resource: namespaces, name: "sp-acme" }, { apiVersion: "v1", kind: "Namespace" });
  kube.calls.length = 0;
  return kube;
}

/** Passes on to `kube`, and notes how many applies are under way at most. */
function counting(kube: Kube) {
  const seen = { now: 0, most: 0 };
  const apply: Kube["apply"] = async (...call) => {
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    try {
      return await kube.apply(...call);
    } finally {
      seen.now -= 1;
    }
  };
  return { seen, kube: { ...kube, apply } };
}

describe("applying", () => {
  it("does what others stand on first, eight at a time", async () => {
    const memory = aKube();
    const { seen, kube } = counting(memory);
    const done = await applyAll(kube, plan(tree(30), []).apply, signal);
    expect([done, seen.most]).toEqual([{ applied: 32, later: 0, broken: [] }, 8]);
    const kinds = memory.calls.map((call) => call.replace(/^apply (\w+)\..*$/, "$1"));
    expect(kinds.slice(0, 3)).toEqual(["clustersettings", "tenants", "apps"]);
  });

  it("T-F11 changes nothing of an object that came in between", async () => {
    const kube = aKube();
    const { apiVersion, kind } = aManifest(app(0)) as { apiVersion: string; kind: string }; // of every manifest
    const theirs = kube.edit(refOf(app(0)), { apiVersion, kind, metadata: { annotations: { whose: "theirs" } } });
    const done = await applyAll(kube, plan(tree(2), []).apply, signal);
    expect(done).toEqual({ applied: 3, later: 1, broken: [] });
    expect(kube.find(refOf(app(0)))).toEqual(theirs);
  });

  it.each(["forbidden", "unavailable", "timeout", "tooMany"] as const)(
    "goes on past one object that is %s, and says so at the end",
    async (kind) => {
      const kube = aKube();
      kube.failNext("apps.paas.skypanel.io/sp-acme/a0", new KubeError(kind, "no"));
      await expect(applyAll(kube, plan(tree(20), []).apply, signal)).rejects.toMatchObject({ kind });
      const there = appsOf(20).filter(({ place }) => kube.find(refOf(place.path)) !== undefined);
      expect(there.map(({ place }) => place.path)).not.toContain(app(0));
      expect(there).toHaveLength(19);
    },
  );

  it("does not ask an API that fails every time for ever", async () => {
    const kube = aKube();
    for (let count = 0; count < 100; count += 1) kube.failNext("apps.", new KubeError("unavailable", "no"));
    await expect(applyAll(kube, plan(tree(100), []).apply, signal)).rejects.toMatchObject({ kind: "unavailable" });
    expect(kube.calls.filter((call) => call.includes("apps.")).length).toBeLessThan(20);
  });

  it("ends at once when it is told to", async () => {
    const kube = aKube();
    const stop = new AbortController();
    stop.abort(new Error("stopping"));
    await expect(applyAll(kube, plan(tree(100), []).apply, stop.signal)).rejects.toThrow("stopping");
    expect(kube.calls.length).toBeLessThan(20);
  });
});

describe("removing", () => {
  const applied = async () => {
    const kube = aKube();
    await applyAll(kube, plan(tree(3), []).apply, signal);
    const known = [...appsOf(3), aFile("tenants/acme.yaml")].map(({ place }) => kube.find(refOf(place.path)) as Live); // just applied
    return { kube, removals: plan(aTree([]), known).remove };
  };

  it("asks for the very object that was decided on, what others stand on last", async () => {
    const { kube, removals } = await applied();
    expect(removals.at(-1)?.place.path).toBe("tenants/acme.yaml");
    kube.remove(refOf(app(0)));
    kube.edit(refOf(app(0)), { ...aManifest(app(0)) } as JsonObject); // plain JSON; another object of the same name
    expect(await removeAll(kube, removals, signal)).toBe(1);
    expect([kube.find(refOf(app(0))) !== undefined, kube.find(refOf(app(1)))]).toEqual([true, undefined]);
  });

  it("minds nothing that is gone already", async () => {
    const { kube, removals } = await applied();
    kube.remove(refOf(app(1)));
    expect(await removeAll(kube, removals, signal)).toBe(0);
  });
});
