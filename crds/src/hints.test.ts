import { describe, expect, it } from "vitest";
import { type FieldHint, formHints, statusHints } from "./hints.ts";
import { app } from "./kinds/app.ts";
import { sealed } from "./kinds/sealed.ts";

const flat = (hints: readonly FieldHint[]): FieldHint[] => hints.flatMap((each) => [each, ...flat(each.fields)]);
const at = (field: string) => flat(formHints(app)).find((each) => each.field === field);

describe("formHints", () => {
  it.each([
    ["spec.source.image.reference", { input: "text", required: true, label: "Image", max: 512 }],
    ["spec.processes", { input: "list", required: true, min: 1, max: 10 }],
    ["spec.processes[].type", { input: "choice", choices: ["Web", "Worker"], required: true }],
    ["spec.processes[].port", { input: "number", min: 1, max: 65_535, required: false }],
    ["spec.processes[].resources.memory", { input: "quantity", placeholder: "256Mi", required: false }],
    ["spec.processes[].health.periodSeconds", { input: "number", placeholder: "30" }],
    ["spec.state", { input: "choice", placeholder: "Running" }],
    ["spec.rollout", { input: "group", required: false }],
  ])("describes %s", (field, hint) => {
    expect(at(field)).toMatchObject(hint);
  });

  it("says what must hold within each process", () => {
    expect(at("spec.processes")?.rules).toContain("port is required for a Web process and not allowed for a Worker");
  });

  it("knows a map", () => {
    expect(flat(formHints(sealed)).find(({ field }) => field === "spec.values")).toMatchObject({
      input: "map",
      max: 300,
    });
  });

  it("has a label and a sentence of help for every field of an app", () => {
    expect(
      flat(formHints(app))
        .slice(1)
        .filter(({ label, help }) => label === "" || help === ""),
    ).toEqual([]);
  });
});

describe("statusHints", () => {
  it("begins at status", () => {
    expect(statusHints(app)[0]).toMatchObject({ field: "status", input: "group" });
  });
});
