import { expect, it } from "vitest";
import { network } from "./rates.ts";

it.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2ff:aaaa::1", "2001:db8:1:200::/56"],
  ["2001:db8:1:2ab:bbbb::2", "2001:db8:1:200::/56"],
  ["2001:db8:1:3ab::2", "2001:db8:1:300::/56"],
  ["::1", "0:0:0:0::/56"],
  ["fe80::1%eth0", "fe80:0:0:0::/56"],
])("A1.4 counts %s as %s", (address, expected) => {
  expect(network(address)).toBe(expected);
});
