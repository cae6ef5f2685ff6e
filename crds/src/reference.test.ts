import { describe, expect, it } from "vitest";
import { app } from "./kinds/app.ts";
import { clusterSettings } from "./kinds/cluster-settings.ts";
import { reasonsPage, referencePage } from "./reference.ts";

describe("referencePage", () => {
  it("says the name, the fields, their bounds, defaults and meaning", () => {
    const page = referencePage(app);
    expect(page).toContain("# App\n");
    expect(page).toContain("| `spec.processes[].replicas` | number, at most 100 | 1 | How many run at once. |");
    expect(page).toContain(
      "| `spec.processes[].port` | number, 1–65535 |  | Port it listens on, also given as $PORT. |",
    );
  });

  it("does not list the whole catalogue in a cell", () => {
    expect(referencePage(app)).toContain("| `status.instances[].reason` | a [reason](reasons.md) |");
  });

  it("names the only name there may be", () => {
    expect(referencePage(clusterSettings)).toContain("Name: default.");
  });

  it("gives every row as many cells as its head", () => {
    const rows = referencePage(app)
      .split("\n")
      .filter((line) => line.startsWith("| `spec"));
    expect(rows.filter((line) => line.replaceAll("\\|", "").split("|").length !== 6)).toEqual([]);
  });
});

describe("reasonsPage", () => {
  it("gives each reason a row with cause and remedy", () => {
    expect(reasonsPage()).toContain(
      "| CrashLoop | stalled | Exited 3 times in 5 min, code {code}. | Read the last lines; deploy a fix. |",
    );
  });
});
