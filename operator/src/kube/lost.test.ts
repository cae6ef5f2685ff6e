import { describe, expect, it } from "vitest";
import type { Child } from "./controller.ts";
import { appliedAnnotation, ownerUidLabel } from "./inventory.ts";
import type { Live } from "./kube.ts";
import { createLost } from "./lost.ts";
import { services } from "./resources.ts";
import { table } from "./table.ts";

const ref = { resource: services, namespace: "n", name: "s" };
const child = (resourceVersion: string): Live => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: {
    ...{ name: "s", namespace: "n", uid: `s${resourceVersion}`, resourceVersion },
    labels: { [ownerUidLabel]: "u" },
    annotations: { [appliedAnnotation]: "beef" },
  },
});
const wish: Child = { resource: services, manifest: { metadata: { name: "s", namespace: "n" } } };

function world(lives = true) {
  const lost = createLost();
  const followed = table(services);
  lost.follow(followed, () => lives);
  followed.put(child("1"));
  followed.remove(child("1"));
  return { lost, followed };
}

describe("a child that went", () => {
  it("is known by what it was last made from", () => {
    const { lost } = world();
    expect([lost.has("u", ref, "beef"), lost.has("u", ref, "f00d"), lost.has("v", ref, "beef")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("is forgotten once it is there again", () => {
    const { lost, followed } = world();
    followed.put(child("2"));
    expect(lost.has("u", ref, "beef")).toBe(false);
  });

  it("is forgotten once nobody wants it, and only then", () => {
    const { lost } = world();
    lost.settle("u", [wish]);
    expect(lost.has("u", ref, "beef")).toBe(true);
    lost.settle("u", []);
    expect(lost.has("u", ref, "beef")).toBe(false);
  });

  it("is forgotten with its owner", () => {
    const { lost } = world();
    lost.forget("u");
    expect([lost.has("u", ref, "beef"), world(false).lost.has("u", ref, "beef")]).toEqual([false, false]);
  });
});
