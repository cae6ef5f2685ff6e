import { expect, it } from "vitest";
import { differences } from "./differences.ts";

it("names each field that two versions disagree on", () => {
  const theirs = {
    title: "Shop",
    image: { reference: "a:1" },
    processes: [{ name: "web", replicas: 1, command: ["node"] }],
  };
  const mine = {
    title: "Shop",
    image: { reference: "a:2" },
    processes: [{ name: "web", replicas: 3, command: ["node", "x"] }],
  };
  expect(differences(theirs, mine)).toEqual([
    { field: "image.reference", theirs: "a:1", mine: "a:2" },
    { field: "processes.0.replicas", theirs: "1", mine: "3" },
    { field: "processes.0.command", theirs: "node", mine: "node x" },
  ]);
});

it("takes what mine does not mention for no difference", () => {
  expect(differences({ title: "Shop", image: "a" }, { title: undefined, image: "a" })).toEqual([]);
});

it("shows what one version lacks as a dash", () => {
  expect(differences({ port: null }, { port: 80 })).toEqual([{ field: "port", theirs: "–", mine: "80" }]);
});
