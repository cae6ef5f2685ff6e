import { type RefObject, useCallback } from "react";
import { nextRow } from "./next-row.ts";
import { useShortcut } from "./shortcuts.ts";

/** `j` and `k` move the focus from row to row of a table: to each row's own link, which Enter opens as any other. */
export function useRowKeys(table: RefObject<HTMLElement | null>): void {
  const move = useCallback(
    (step: 1 | -1) => {
      const links = [...(table.current?.querySelectorAll<HTMLElement>("tbody > tr > td:first-child a") ?? [])];
      const at = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
      links[nextRow(at, links.length, step)]?.focus();
    },
    [table],
  );
  useShortcut(
    "j",
    "Next row",
    useCallback(() => move(1), [move]),
  );
  useShortcut(
    "k",
    "Previous row",
    useCallback(() => move(-1), [move]),
  );
}
