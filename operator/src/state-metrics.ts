import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Declares the metrics of the git source in `registry`; once per process. */
export function stateMetrics(registry: Registry) {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  return {
    fetchSeconds: new Histogram({
      name: "skypanel_state_fetch_seconds",
      help: "Duration of git fetches",
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30, 60],
      registers,
    }),
    lag: gauge("skypanel_state_lag_seconds", "Time since the newest commit was applied as a whole; 0 while it is"),
    sequence: gauge("skypanel_state_seq", "Number of the newest applied commit"),
    older: new Counter({
      name: "skypanel_state_older_commits_total",
      help: "Looks that found a commit before the applied one, and ignored it",
      registers,
    }),
    broken: gauge("skypanel_state_broken_files", "Files that cannot be applied"),
    held: gauge("skypanel_state_held_removals", "Removals that wait for a person"),
  };
}
