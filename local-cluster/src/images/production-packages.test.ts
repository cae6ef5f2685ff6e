import { expect, it } from "vitest";
import { productionPackages } from "./production-packages.ts";

const lock = {
  packages: {
    operator: { dependencies: { ws: "8", "@ours/crds": "1" } },
    "node_modules/@ours/crds": { link: true, resolved: "crds" },
    crds: { dependencies: { zod: "4" } },
    "node_modules/ws": { dependencies: { deep: "1" }, peerDependencies: { absent: "*" } },
    "node_modules/ws/node_modules/deep": { dependencies: { zod: "4" } },
    "node_modules/deep": {},
    "node_modules/zod": {},
    "node_modules/vitest": {},
  },
};

it("takes the nearest copy and nothing unwanted", () => {
  expect(productionPackages(lock, "operator")).toEqual({
    workspaces: ["crds", "operator"],
    packages: ["node_modules/ws", "node_modules/ws/node_modules/deep", "node_modules/zod"],
  });
});

it("ends when packages need each other", () => {
  const round = { packages: { a: { dependencies: { b: "1" } }, "node_modules/b": { dependencies: { b: "1" } } } };
  expect(productionPackages(round, "a").packages).toEqual(["node_modules/b"]);
});
