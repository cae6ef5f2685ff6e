import { describe, expect, it } from "vitest";
import { asText, createRing, matching, type NewRow, rowAt } from "./ring.ts";

const line = (text: string, instance = "web-1"): NewRow => ({ kind: "line", instance, at: "", text });

describe("createRing", () => {
  it("keeps the newest rows and never more than it may", () => {
    const ring = createRing(3);
    ring.push(["a", "b"].map((text) => line(text)));
    ring.push(["c", "d", "e"].map((text) => line(text)));
    expect(ring.rows().map(({ text }) => text)).toEqual(["c", "d", "e"]);
  });

  it("never gives an id twice, so that rows keep their place", () => {
    const ring = createRing(2);
    ring.push([line("a"), line("b")]);
    ring.clear();
    ring.push([line("c")]);
    expect(ring.rows().map(({ id }) => id)).toEqual([3]);
  });

  it("gives another array after a change and the same without", () => {
    const ring = createRing();
    const before = ring.rows();
    ring.push([]);
    expect(ring.rows()).toBe(before);
    ring.push([line("a")]);
    expect(ring.rows()).not.toBe(before);
  });
});

describe("matching", () => {
  const ring = createRing();
  ring.push([line("GET /health"), line("Error: no"), line("fine", "worker-2")]);

  it("finds text and instance, upper and lower case alike", () => {
    expect(matching(ring.rows(), " error ").map(({ text }) => text)).toEqual(["Error: no"]);
    expect(matching(ring.rows(), "WORKER").map(({ text }) => text)).toEqual(["fine"]);
  });

  it("finds all for an empty search", () => {
    expect(matching(ring.rows(), "  ")).toBe(ring.rows());
  });
});

it("finds the line being read, or what is left next to it", () => {
  const ring = createRing(3);
  ring.push(["a", "b", "c", "d"].map((text) => line(text)));
  expect([3, 1, 9].map((id) => rowAt(ring.rows(), id))).toEqual([1, 0, 2]);
  expect(rowAt([], 5)).toBe(0);
});

it("writes rows as lines of text", () => {
  const ring = createRing();
  ring.push([{ ...line("up"), at: "2026-01-02T03:04:05Z" }, line("no time")]);
  expect(asText(ring.rows())).toBe("2026-01-02T03:04:05Z web-1 up\nweb-1 no time\n");
});
