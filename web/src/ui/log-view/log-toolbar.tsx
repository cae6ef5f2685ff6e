import { Clock, Download, ListEnd, WrapText } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "../button.tsx";
import { classNames } from "../class-names.ts";
import { TextInput } from "../field.tsx";
import { asText, type LogRow } from "./ring.ts";

interface Props {
  rows: readonly LogRow[];
  name: string;
  search: string;
  setSearch: (search: string) => void;
  wrap: boolean;
  setWrap: (on: boolean) => void;
  times: boolean;
  setTimes: (on: boolean) => void;
  follow: boolean;
  setFollow: (on: boolean) => void;
  source: ReactNode;
  state: ReactNode;
}

/** Search and switches of a log. */
export function LogToolbar(props: Props) {
  const { rows, name, search, setSearch, wrap, setWrap, times, setTimes, follow, setFollow, source, state } = props;
  return (
    <div role="toolbar" aria-label="Log tools" className="flex flex-wrap items-center gap-2">
      <TextInput
        type="search"
        aria-label="Search the log"
        placeholder="Search"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        className="max-md:w-full md:w-64"
      />
      {source}
      <div className="flex items-center">
        <Toggle label="Follow" on={follow} onChange={setFollow} icon={<ListEnd aria-hidden />} />
        <Toggle label="Wrap lines" on={wrap} onChange={setWrap} icon={<WrapText aria-hidden />} />
        <Toggle label="Timestamps" on={times} onChange={setTimes} icon={<Clock aria-hidden />} />
        <IconButton label="Download" disabled={rows.length === 0} onClick={() => download(name, rows)}>
          <Download aria-hidden />
        </IconButton>
      </div>
      <div className="ml-auto text-xs text-muted">{state}</div>
    </div>
  );
}

function Toggle({
  label,
  on,
  onChange,
  icon,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  icon: ReactNode;
}) {
  return (
    <IconButton
      label={label}
      aria-pressed={on}
      onClick={() => onChange(!on)}
      className={classNames(on && "bg-accent-soft text-info")}
    >
      {icon}
    </IconButton>
  );
}

/** Writes what is shown, and held, to a file of the person's. */
function download(name: string, rows: readonly LogRow[]) {
  const address = URL.createObjectURL(new Blob([asText(rows)], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name}.log`;
  link.click();
  URL.revokeObjectURL(address);
}
