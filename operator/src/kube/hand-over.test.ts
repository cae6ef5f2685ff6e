import { describe, expect, it } from "vitest";
import { type Overrides, widgetChildren } from "./a-widget.ts";
import { aWidgetWorld, service } from "./a-world.ts";

const fields = { spec: { replicas: 7 } };
const blue: Overrides = {
  desired: (world) =>
    widgetChildren(world).map((child) =>
      world.spec.colour === "blue" ? { ...child, handOver: { manager: "skypanel-replicas", fields } } : child,
    ),
};

describe("a field that others are about to decide", () => {
  it("is held by them before we let go of it", async () => {
    const { ask, kube } = await aWidgetWorld(blue);
    await ask({ parts: ["a"] });
    expect(await ask({ parts: ["a"], colour: "blue" })).toEqual([
      "apply services/n/w-a",
      "apply services/n/w-a",
      "status widgets.paas.skypanel.io/n/w",
    ]);
    expect(kube.find(service("w-a"))).toMatchObject(fields);
    expect(await ask({ parts: ["a", "b"], colour: "blue" })).not.toContain("apply services/n/w-a");
  });
});
