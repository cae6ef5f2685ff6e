import { expect, test } from "vitest";
import { isWork } from "./is-work.ts";

test("reads and writes of objects count; watches, leases, probes and events do not", () => {
  const calls = [
    { verb: "get", resource: "services" },
    { verb: "apply", resource: "waves" },
    { verb: "watch", resource: "waves" },
    { verb: "update", resource: "leases" },
    { verb: "apply", resource: "events" },
    { verb: "get", resource: "/readyz" },
  ];
  expect(calls.map(isWork)).toEqual([true, true, false, false, false, false]);
});
