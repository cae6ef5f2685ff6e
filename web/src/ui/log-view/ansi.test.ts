import { expect, it } from "vitest";
import { pieces } from "./ansi.ts";
import { visible } from "./visible.ts";

const esc = String.fromCharCode(27);

it("shows control characters instead of obeying them", () => {
  expect(visible(`a${String.fromCharCode(0)}b\rc\td${String.fromCharCode(127)}`)).toBe("a␀b␍c\td␡");
});

it("shows what would reorder the line", () => {
  expect(visible(`a${String.fromCharCode(0x202e)}b`)).toBe("a<U+202E>b");
});

it("shows every escape that is no colour", () => {
  expect(visible(`${esc}[2J${esc}]0;title`)).toBe("␛[2J␛]0;title");
});

it("keeps a plain line in one piece", () => {
  expect(pieces("<b>plain</b>")).toEqual([{ text: "<b>plain</b>", className: "" }]);
});

it("colours with tokens and drops the rest", () => {
  expect(pieces(`${esc}[1;31mError${esc}[0m at ${esc}[38;2;1;2;3mx${esc}[0m`)).toEqual([
    { text: "Error", className: "text-danger font-bold" },
    { text: " at ", className: "" },
    { text: "x", className: "" },
  ]);
});
