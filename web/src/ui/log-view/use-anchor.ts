import type { Virtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef } from "react";
import { type LogRow, rowAt } from "./ring.ts";

/**
 * Keeps the line that is being read at the top of the view when `layout` changes, a word for how rows are chosen and
 * drawn: other rows, or rows of another height, must not carry it away.
 */
export function useAnchor(
  view: Virtualizer<HTMLDivElement, Element>,
  rows: readonly LogRow[],
  follow: boolean,
  layout: string,
): void {
  const drawn = useRef(layout);
  const reading = useRef(0);
  useLayoutEffect(() => {
    if (drawn.current !== layout) {
      drawn.current = layout;
      view.measure();
      if (!follow && rows.length > 0) view.scrollToIndex(rowAt(rows, reading.current), { align: "start" });
      return;
    }
    const first = view.getVirtualItemForOffset(view.scrollOffset ?? 0);
    reading.current = (first && rows[first.index]?.id) ?? 0;
  });
}
