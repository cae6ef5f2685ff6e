import { Lock } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { ago } from "./age.ts";
import { Boundary } from "./boundary.tsx";
import { Button } from "./button.tsx";
import { Empty } from "./empty.tsx";
import { ErrorPanel } from "./error-panel.tsx";
import { useNow } from "./now.ts";
import { type Reading, regionState } from "./region-state.ts";
import { Skeleton } from "./skeleton.tsx";
import { Strip } from "./strip.tsx";

interface Props<T> {
  /** What the region shows, for the words of its states: "apps". */
  of: string;
  reading: Reading<T> & { refetch: () => unknown };
  children: (data: T) => ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  filter?: { readonly active: boolean; readonly words: string; readonly onClear: () => void };
  skeleton?: ReactNode;
}

/** Draws one region of data in each of its states, so that no screen draws them itself. */
export function Region<T>({ of, reading, children, isEmpty, empty, filter, skeleton = <Skeleton /> }: Props<T>) {
  const state = regionState(reading, { isEmpty, isFiltered: filter?.active });
  const retry = () => void reading.refetch();
  return (
    <Boundary>
      {state.k === "loading" && (
        <Loading of={of} onRetry={retry}>
          {skeleton}
        </Loading>
      )}
      {state.k === "forbidden" && <Forbidden detail={state.detail} />}
      {state.k === "error" && <ErrorPanel error={state.error} onRetry={retry} />}
      {state.k === "empty" && (empty ?? <Empty>There are no {of} yet.</Empty>)}
      {state.k === "filtered" && filter && (
        <Empty action={<Button onClick={filter.onClear}>Clear filters</Button>}>
          No {of} match {filter.words}.
        </Empty>
      )}
      {state.k === "stale" && <Stale since={state.since} onRetry={retry} />}
      {(state.k === "full" || state.k === "stale") && children(state.data)}
    </Boundary>
  );
}

const slowMillis = 8_000;

function Loading({ of, onRetry, children }: { of: string; onRetry: () => void; children: ReactNode }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setSlow(true), slowMillis);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="late" aria-busy>
      <span className="sr-only" role="status">
        Loading {of}
      </span>
      {children}
      {slow && (
        <Strip tone="muted" action={<Button onClick={onRetry}>Retry</Button>}>
          This takes longer than usual.
        </Strip>
      )}
    </div>
  );
}

function Stale({ since, onRetry }: { since: number; onRetry: () => void }) {
  const age = useNow((now) => ago(now - since));
  return (
    <div className="mb-1">
      <Strip tone="warn" action={<Button onClick={onRetry}>Retry</Button>}>
        Updated {age}. The control plane does not answer, so this may be out of date.
      </Strip>
    </div>
  );
}

function Forbidden({ detail }: { detail: string }) {
  return (
    <div className="flex items-start gap-3 rounded-lg bg-hover p-4 text-sm">
      <Lock aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <p>{detail} An owner or admin of the organisation can grant the role.</p>
    </div>
  );
}
