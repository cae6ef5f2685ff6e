import { writeYaml } from "@skypanel/crds/yaml.ts";
import { describe, expect, it } from "vitest";
import type { Applied } from "../kube/controller.ts";
import { secrets } from "../kube/resources.ts";
import { aSealed } from "./a-sealed.ts";
import { desired } from "./desired.ts";
import type { SealedWorld } from "./gather.ts";
import { sealedOf, secretName } from "./names.ts";
import { status } from "./status.ts";

const hash = "0123456789abcdef".repeat(4);
const before = { secretName: "vars-before", hash: "before" };
const world = (more: Partial<SealedWorld> = {}): SealedWorld => ({
  sealed: aSealed("age1x", {}, before),
  namespace: "sp-acme",
  tenant: "acme",
  opened: { values: { TOKEN: "sëcret" }, hash },
  inUse: [],
  ...more,
});

describe("what a Sealed becomes", () => {
  it("is an immutable Secret named by its content", async () => {
    const children = desired(world());
    const text = Array.isArray(children) ? writeYaml(children[0]?.manifest) : "";
    await expect(text).toMatchFileSnapshot("golden/vars.yaml");
  });

  it("keeps what pods still read, and only that", () => {
    expect(desired(world({ inUse: ["vars-0123456789abcdef", "vars-old"] }))).toMatchObject([
      { manifest: { metadata: { name: "vars-0123456789abcdef" } } },
      { manifest: { metadata: { name: "vars-old" } }, keep: true },
    ]);
  });

  it("is nothing in a namespace no tenant owns", () => {
    expect(desired(world({ tenant: undefined }))).toMatchObject({ k: "stop", reason: { name: "NamespaceNotManaged" } });
  });
});

describe("the status of a Sealed", () => {
  const applied = (result: "created" | "failed"): Applied => ({
    children: [
      {
        child: { resource: secrets, manifest: { metadata: { name: "vars-0123456789abcdef" } } },
        live: undefined,
        result,
      },
    ],
    paused: false,
  });

  it("names the Secret once it is there", () => {
    expect(status(world(), applied("created"))).toMatchObject({
      status: { phase: "Open", secretName: "vars-0123456789abcdef", hash },
      ready: { status: "True" },
      outcome: { k: "done" },
    });
  });

  it("goes on naming the last one until then", () => {
    expect(status(world(), applied("failed"))).toMatchObject({
      status: { phase: "Pending", ...before },
      outcome: { k: "wait", reason: { message: "Waits for Secret vars-0123456789abcdef. Look there." } },
    });
  });

  it("goes on naming the last one when this one cannot be opened", () => {
    const unread = world({ opened: { why: "it is damaged" } });
    const problem = desired(unread);
    if (Array.isArray(problem)) throw new Error("it was opened");
    const verdict = status(unread, { children: [], problem, paused: false });
    expect(verdict.status).toEqual({ phase: "Failed", ...before });
    expect(verdict.ready.reason.message).toBe("vars cannot be opened here: it is damaged. Save it again.");
  });

  it("says nothing of a Secret that never was", () => {
    const unread = world({ sealed: aSealed("age1x", {}), opened: { why: "it is damaged" } });
    expect(status(unread, { children: [], paused: false }).status).toEqual({ phase: "Pending" });
  });
});

it("leads from a Secret's name back to its Sealed", () => {
  expect(sealedOf(secretName("my-vars", hash))).toBe("my-vars");
  expect(sealedOf("not-ours")).toBeUndefined();
});
