import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Button } from "../button.tsx";
import { useShortcut } from "../shortcuts.ts";
import { LogRowView } from "./log-row.tsx";
import { LogToolbar } from "./log-toolbar.tsx";
import { type LogRow, matching } from "./ring.ts";
import { useAnchor } from "./use-anchor.ts";
import { useFollow } from "./use-follow.ts";
import { useUnseen } from "./use-unseen.ts";

interface Props {
  rows: readonly LogRow[];
  /** Names the file that *Download* writes. */
  name: string;
  /** What to say while there is no row. */
  empty: string;
  /** How the stream stands, beside the tools. */
  state: ReactNode;
  /** Which instance, or other choices of the source. */
  source?: ReactNode;
}

const rowHeight = 20;

/** A live log: opens at its end, follows while the person wants it to, and moves no pixel otherwise. */
export function LogView({ rows, name, empty, state, source }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [follow, setFollow] = useFollow(scroller);
  const [search, setSearch] = useState("");
  const [wrap, setWrap] = useState(true);
  const [times, setTimes] = useState(true);
  const shown = useMemo(() => matching(rows, search), [rows, search]);
  const instances = useMemo(() => new Set(rows.map(({ instance }) => instance)).size > 1, [rows]);
  const view = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => shown[index]?.id ?? index,
    estimateSize: () => rowHeight,
    overscan: 20,
    anchorTo: "end",
  });
  useAnchor(view, shown, follow, `${wrap} ${search}`);
  const newest = shown.at(-1)?.id ?? 0;
  const unseen = useUnseen(newest, follow);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new row or another width of rows is what moves the end
  useLayoutEffect(() => {
    if (follow) view.scrollToEnd();
  }, [follow, newest, wrap, times, view]);

  useShortcut(
    "f",
    "Follow the log, or stop",
    useCallback(() => setFollow(!follow), [follow, setFollow]),
  );
  useShortcut(
    "w",
    "Wrap long lines, or not",
    useCallback(() => setWrap((on) => !on), []),
  );
  useShortcut(
    "t",
    "Show times, or not",
    useCallback(() => setTimes((on) => !on), []),
  );

  return (
    <div className="grid gap-3">
      <LogToolbar
        {...{ search, setSearch, wrap, setWrap, times, setTimes, follow, setFollow, source, state, name }}
        rows={shown}
      />
      <div className="relative">
        <div
          ref={scroller}
          role="log"
          aria-live="off"
          aria-label="Log"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="card h-[calc(100dvh-21rem)] min-h-80 overflow-auto bg-sunken py-2 [overflow-anchor:none]"
        >
          {shown.length === 0 && (
            <p className="px-3 py-8 text-center text-sm text-muted">
              {search.trim() ? `No line holds "${search.trim()}".` : empty}
            </p>
          )}
          <div className="relative" style={{ height: view.getTotalSize() }}>
            {view.getVirtualItems().map((item) => {
              const row = shown[item.index];
              return (
                row && (
                  <div
                    key={item.key}
                    data-index={item.index}
                    ref={view.measureElement}
                    className={wrap ? "absolute inset-x-0 top-0" : "absolute top-0 left-0 min-w-full"}
                    style={{ transform: `translateY(${item.start}px)` }}
                  >
                    <LogRowView {...{ row, wrap, times, instances }} />
                  </div>
                )
              );
            })}
          </div>
        </div>
        {!follow && unseen > 0 && (
          <Button
            look="primary"
            className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-float"
            onClick={() => setFollow(true)}
          >
            {unseen.toLocaleString()} new
            <ArrowDown aria-hidden />
          </Button>
        )}
      </div>
    </div>
  );
}
