import { appPhases } from "@skypanel/control-plane/contract/apps/apps.ts";
import { describe, expect, it } from "vitest";
import { phaseWords, shownPhase } from "./status.ts";

describe("phaseWords", () => {
  it("has a word for every phase of the contract, and no other", () => {
    expect(Object.keys(phaseWords).sort()).toEqual([...appPhases].sort());
  });

  it("never tells two phases apart by colour alone", () => {
    const looks = Object.values(phaseWords).map(({ icon, word }) => `${icon.displayName} ${word}`);
    expect(new Set(looks).size).toBe(looks.length);
  });
});

describe("shownPhase", () => {
  const live = { phase: "Live", lastPhase: null } as const;

  it("shows what was read at most 90 s ago", () => {
    expect(shownPhase(live, 90_000)).toEqual(live);
  });

  it("never shows older data as current", () => {
    expect(shownPhase(live, 90_001)).toEqual({ phase: "Unknown", lastPhase: "Live" });
  });

  it("keeps what an unknown app was before", () => {
    const unknown = { phase: "Unknown", lastPhase: "Degraded" } as const;
    expect(shownPhase(unknown, 500_000)).toEqual(unknown);
  });
});
