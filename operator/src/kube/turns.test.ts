import { describe, expect, it } from "vitest";
import { turns } from "./turns.ts";

const nobody = () => false;

/** The keys in the order they are served, as the queue does it. */
function served(order: ReturnType<typeof turns>, isFull: (tenant: string) => boolean = nobody): string[] {
  const keys: string[] = [];
  for (let next = order.next(isFull); next !== undefined; next = order.next(isFull)) {
    order.remove(next.key, next.tenant);
    order.served(next.tenant);
    keys.push(next.key);
  }
  return keys;
}

describe("turns", () => {
  it("alternate between tenants, each in its order of arrival", () => {
    const order = turns();
    for (const key of ["a1", "a2", "a3", "b1", "c1", "b2"]) order.add(key, key.slice(0, 1), 0);
    expect(served(order)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
    expect(order.tenants()).toBe(0);
  });

  it("pass over a tenant that is full while another waits", () => {
    const order = turns();
    for (const key of ["a1", "a2", "b1"]) order.add(key, key.slice(0, 1), 0);
    expect(served(order, (tenant) => tenant === "a")).toEqual(["b1", "a1", "a2"]);
  });

  it("forget a key that is taken back", () => {
    const order = turns();
    order.add("a1", "a", 0);
    order.remove("a1", "a");
    order.remove("a1", "nobody");
    expect([order.next(nobody), order.tenants()]).toEqual([undefined, 0]);
  });

  it("keep since when a key waits", () => {
    const order = turns();
    order.add("a1", "a", 7);
    expect(order.next(nobody)).toEqual({ key: "a1", tenant: "a", since: 7 });
  });
});
