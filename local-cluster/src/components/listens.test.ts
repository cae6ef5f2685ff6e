import { expect, it } from "vitest";
import { hasListener } from "./listens.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue
   0: 0100007F:094B 00000000:0000 0A 00000000:00000000
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000`;

it("finds a port somebody listens on", () => {
  expect(hasListener(table, 2379)).toBe(true);
});

it("does not take a connection for a listener", () => {
  expect(hasListener(table, 8080)).toBe(false);
});
