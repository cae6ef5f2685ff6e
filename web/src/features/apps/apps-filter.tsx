import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { read } from "../../api/query.ts";
import { Select, TextInput } from "../../ui/field.tsx";
import { useShortcut } from "../../ui/shortcuts.ts";
import { phaseWords } from "../../ui/status.ts";
import { type AppsSearch, readAppsSearch } from "./apps-search.ts";

interface Props {
  org: string;
  search: AppsSearch;
  onChange: (search: AppsSearch) => void;
}

const typingMillis = 250;

/** Search, phase and cluster; what is chosen stands in the address. */
export function AppsFilter({ search, onChange }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const { data: regions } = useQuery(read("GET /regions", {}));
  useShortcut(
    "/",
    "Search this list",
    useCallback(() => field.current?.focus(), []),
  );
  const set = (part: Record<string, string>) => onChange(readAppsSearch({ ...search, ...part }));
  return (
    <search className="flex flex-wrap gap-2">
      <SearchField field={field} q={search.q ?? ""} onChange={(q) => set({ q })} />
      <Select
        aria-label="Phase"
        value={search.phase ?? ""}
        onChange={(event) => set({ phase: event.target.value })}
        className="w-auto max-sm:flex-1"
      >
        <option value="">Every phase</option>
        {Object.entries(phaseWords).map(([phase, { word }]) => (
          <option key={phase} value={phase}>
            {word}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Cluster"
        value={search.cluster ?? ""}
        onChange={(event) => set({ cluster: event.target.value })}
        className="w-auto max-sm:flex-1"
      >
        <option value="">Every cluster</option>
        {regions?.items.flatMap((region) =>
          region.clusters.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          )),
        )}
      </Select>
    </search>
  );
}

interface SearchFieldProps {
  field: React.RefObject<HTMLInputElement | null>;
  q: string;
  onChange: (q: string) => void;
}

function SearchField({ field, q, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(q);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => setTyped(q), [q]);
  useEffect(() => {
    if (typed === q) return;
    const timer = window.setTimeout(() => latest.current(typed), typingMillis);
    return () => clearTimeout(timer);
  }, [typed, q]);
  return (
    <TextInput
      ref={field}
      type="search"
      aria-label="Search apps"
      placeholder="Search by name"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      className="max-sm:w-full sm:w-72"
    />
  );
}
