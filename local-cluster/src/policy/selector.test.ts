import { expect, it } from "vitest";
import { fits } from "./selector.ts";

const labels = { app: "web", tier: "front" };

it.each([
  [{}, true],
  [{ matchLabels: { app: "web" } }, true],
  [{ matchLabels: { app: "db" } }, false],
  [{ matchExpressions: [{ key: "app", operator: "In", values: ["web", "api"] }] }, true],
  [{ matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] }, false],
  [{ matchExpressions: [{ key: "absent", operator: "NotIn", values: ["web"] }] }, true],
  [{ matchExpressions: [{ key: "tier", operator: "Exists" }] }, true],
  [{ matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }, false],
  [{ matchExpressions: [{ key: "tier", operator: "Invented" }] }, false],
])("%j fits as Kubernetes says: %s", (selector, expected) => {
  expect(fits(selector, labels)).toBe(expected);
});
