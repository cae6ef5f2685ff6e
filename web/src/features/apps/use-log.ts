import { useEffect, useState } from "react";
import { followLog, type LogEvent, type LogState } from "../../api/logs.ts";
import { createRing, type LogRow, type NewRow } from "../../ui/log-view/ring.ts";
import { rowOf } from "./log-rows.ts";
import type { AppParams } from "./use-app.ts";

interface Log {
  readonly rows: readonly LogRow[];
  readonly state: LogState;
  readonly paused: boolean;
}

const bufferMillis = 100;
const hiddenMillis = 60_000;

/** The log of an app, or of one instance: followed while the page can be seen, paused 60 s after it cannot. */
export function useLog({ org, app }: AppParams, instance: string | undefined, previous: boolean): Log {
  const paused = useLongHidden();
  const [ring] = useState(() => createRing());
  const [rows, setRows] = useState<readonly LogRow[]>([]);
  const [state, setState] = useState<LogState>({ k: "opening" });
  const [cursor] = useState<{ at?: string }>({});

  // biome-ignore lint/correctness/useExhaustiveDependencies: another source begins an empty log
  useEffect(() => {
    ring.clear();
    setRows(ring.rows());
    delete cursor.at;
  }, [ring, cursor, org, app, instance, previous]);

  useEffect(() => {
    if (paused) return;
    const stop = new AbortController();
    let buffer: NewRow[] = [];
    let timer = 0;
    const flush = () => {
      timer = 0;
      ring.push(buffer);
      buffer = [];
      setRows(ring.rows());
    };
    const onEvent = (event: LogEvent) => {
      if (event.k === "line") cursor.at = event.cursor;
      const row = rowOf(event);
      if (!row) return;
      buffer.push(row);
      timer ||= window.setTimeout(flush, bufferMillis);
    };
    setState({ k: "opening" });
    void followLog({
      params: { org, app },
      instance,
      previous,
      cursor: cursor.at,
      signal: stop.signal,
      onEvent,
      onState: setState,
    });
    return () => {
      stop.abort();
      clearTimeout(timer);
      if (buffer.length > 0) flush();
    };
  }, [paused, ring, cursor, org, app, instance, previous]);

  return { rows, state, paused };
}

function useLongHidden(): boolean {
  const [hidden, setHidden] = useState(false);
  useEffect(() => {
    let timer = 0;
    const look = () => {
      clearTimeout(timer);
      if (document.hidden) timer = window.setTimeout(() => setHidden(true), hiddenMillis);
      else setHidden(false);
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return hidden;
}
