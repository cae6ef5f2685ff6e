import { describe, expect, it } from "vitest";
import { withoutBlocks } from "./address-block.ts";

describe("a block without others", () => {
  it("is itself when nothing is taken out", () => {
    expect(withoutBlocks("10.1.2.3/16", ["192.168.0.0/16"])).toEqual(["10.1.0.0/16"]);
  });

  it("is nothing when all is taken out", () => {
    expect(withoutBlocks("10.1.0.0/16", ["10.0.0.0/8"])).toEqual([]);
  });

  it("is the fewest blocks around a hole", () => {
    expect(withoutBlocks("10.0.0.0/30", ["10.0.0.2/32"])).toEqual(["10.0.0.0/31", "10.0.0.3/32"]);
  });

  it("keeps every address of the internet but the private ones", () => {
    const blocks = withoutBlocks("0.0.0.0/0", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]);
    const sizes = blocks.map((block) => 2 ** (32 - Number(block.split("/")[1])));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2 ** 32 - 2 ** 24 - 2 ** 20 - 2 ** 16);
    expect(blocks.some((block) => block.startsWith("10."))).toBe(false);
  });

  it("is nothing for IPv6, which the cluster does not have", () => {
    expect(withoutBlocks("::/0")).toEqual([]);
  });
});
