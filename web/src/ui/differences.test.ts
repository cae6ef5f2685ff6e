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
    { field: "processes.web.replicas", theirs: "1", mine: "3" },
    { field: "processes.web.command", theirs: "node", mine: "node x" },
  ]);
});

it("tells entries of a list apart by their names", () => {
  const [web, worker] = [
    { name: "web", replicas: 1 },
    { name: "worker", replicas: 2 },
  ];
  expect(differences({ processes: [web, worker] }, { processes: [worker] })).toEqual([
    { field: "processes.web", theirs: "kept", mine: "–" },
  ]);
  expect(differences({ processes: [worker] }, { processes: [web, worker] })).toEqual([
    { field: "processes.web.name", theirs: "–", mine: "web" },
    { field: "processes.web.replicas", theirs: "–", mine: "1" },
  ]);
});

it("takes what mine does not mention for no difference", () => {
  expect(differences({ title: "Shop", image: "a" }, { title: undefined, image: "a" })).toEqual([]);
});

it("shows what one version lacks as a dash", () => {
  expect(differences({ port: null }, { port: 80 })).toEqual([{ field: "port", theirs: "–", mine: "80" }]);
});
