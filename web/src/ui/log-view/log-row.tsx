import { useState } from "react";
import { classNames } from "../class-names.ts";
import { pieces } from "./ansi.ts";
import type { LogRow } from "./ring.ts";

const cutLength = 2_048;
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

interface Props {
  row: LogRow;
  wrap: boolean;
  times: boolean;
  instances: boolean;
}

/** One row of a log. A line over 2 kB is cut and opened on demand. */
export function LogRowView({ row, wrap, times, instances }: Props) {
  return (
    <div
      className={classNames(
        "flex gap-3 px-3 font-mono text-xs leading-5",
        wrap ? "w-full" : "w-max min-w-full",
        row.kind !== "line" && "bg-hover text-muted italic",
      )}
    >
      {times && (
        <span className="tabular shrink-0 text-muted" title={row.at}>
          {row.at ? clock.format(new Date(row.at)) : "––:––:––"}
        </span>
      )}
      {instances && (
        <span className="w-14 shrink-0 truncate text-muted" title={row.instance}>
          {shortName(row.instance)}
        </span>
      )}
      <LineText text={row.text} wrap={wrap} />
    </div>
  );
}

function LineText({ text, wrap }: { text: string; wrap: boolean }) {
  const [open, setOpen] = useState(false);
  const isCut = text.length > cutLength && !open;
  return (
    <span className={classNames("min-w-0", wrap ? "whitespace-pre-wrap [overflow-wrap:anywhere]" : "whitespace-pre")}>
      {pieces(isCut ? text.slice(0, cutLength) : text).map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line never change their order
        <span key={index} className={piece.className}>
          {piece.text}
        </span>
      ))}
      {isCut && (
        <button
          type="button"
          onClick={() => setOpen(true)}
          className="ml-1 rounded-sm bg-hover px-1 text-ink underline"
        >
          show {Math.ceil((text.length - cutLength) / 1_024)} kB more
        </button>
      )}
    </span>
  );
}

/** The last part of a pod's name tells instances apart; the rest is the app's name. */
function shortName(instance: string): string {
  return instance.split("-").at(-1) ?? instance;
}
