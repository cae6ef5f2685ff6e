import { describe, expect, it } from "vitest";
import { appLabels, childName } from "./labels.ts";

describe("the name of a child", () => {
  it("is its owner's and its part's", () => {
    expect(childName("shop", "web")).toBe("shop-web");
    expect(childName("shop")).toBe("shop");
  });

  it("fits, however long both are", () => {
    expect(childName("a".repeat(63), "worker")).toHaveLength(63);
    expect(childName("a".repeat(60), "worker", 52)).toHaveLength(52);
  });

  it("differs for names that begin alike", () => {
    const owner = "a".repeat(63);
    expect(childName(owner, "one")).not.toBe(childName(owner, "two"));
  });

  it("has no dash before the dash of its hash", () => {
    expect(childName(`${"a".repeat(53)}-bcdefghi`, "web")).toMatch(/^a{53}-[0-9a-f]{8}$/);
  });
});

it("labels a process's pods with tenant, app and process", () => {
  expect(appLabels("acme", "shop", "web")).toEqual({
    "app.kubernetes.io/managed-by": "skypanel-operator",
    "app.kubernetes.io/name": "shop",
    "app.kubernetes.io/instance": "shop",
    "app.kubernetes.io/component": "web",
    "paas.skypanel.io/tenant": "acme",
    "paas.skypanel.io/app": "shop",
    "paas.skypanel.io/process": "web",
  });
});
