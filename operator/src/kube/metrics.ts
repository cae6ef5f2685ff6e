import { Counter, Gauge, Histogram, type Registry } from "prom-client";

const latencySeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30];

/** Every metric of the controller runtime, under controller-runtime's names where it has one. No tenant is a label. */
export type KubeMetrics = ReturnType<typeof kubeMetrics>;

/** Declares the metrics in `registry`; once per process. */
export function kubeMetrics(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  return {
    requests: counter("rest_client_requests_total", "Requests to the API", "method", "code"),
    requestSeconds: histogram("rest_client_request_duration_seconds", "Latency of requests", latencySeconds, "method"),
    connections: counter("skypanel_connections_opened_total", "Connections opened", "pool"),
    reflected: gauge("skypanel_reflector_objects", "Objects in the cache", "resource"),
    contactAge: gauge("skypanel_reflector_contact_age_seconds", "Time since a watch last spoke", "resource"),
    relists: counter("skypanel_reflector_relists_total", "Initial states read again", "resource", "cause"),
    restarts: counter("skypanel_reflector_restarts_total", "Watches opened again", "resource", "cause"),
    parseErrors: counter("skypanel_reflector_parse_errors_total", "Watch lines not understood", "resource"),
    depth: gauge("workqueue_depth", "Keys that wait", "name", "priority"),
    adds: counter("workqueue_adds_total", "Keys added", "name", "priority"),
    queueSeconds: histogram(
      "workqueue_queue_duration_seconds",
      "Time from due to taken",
      latencySeconds,
      "name",
      "priority",
    ),
    workSeconds: histogram(
      "workqueue_work_duration_seconds",
      "Time from taken to done",
      latencySeconds,
      "name",
      "priority",
    ),
    retries: counter("workqueue_retries_total", "Keys taken again after a failure", "name", "priority"),
    reconciles: counter("controller_runtime_reconcile_total", "Reconciles by result", "controller", "result"),
    reconcileErrors: counter("controller_runtime_reconcile_errors_total", "Reconciles that failed", "controller"),
    reconcileSeconds: histogram("controller_runtime_reconcile_time_seconds", "Duration", latencySeconds, "controller"),
    activeWorkers: gauge("controller_runtime_active_workers", "Workers that work", "controller"),
    callsPerReconcile: histogram(
      "skypanel_calls_per_reconcile",
      "API calls of one run",
      [0, 1, 2, 4, 8, 16, 32],
      "verb",
    ),
    guardParked: gauge("skypanel_guard_parked", "Keys that wait for their own writes to be seen"),
    guardTimeouts: counter("skypanel_guard_timeouts_total", "Own writes read back because no event came"),
    leader: gauge("leader_election_master_status", "1 while this process holds the lease", "name"),
    leaseAge: gauge("skypanel_lease_age_seconds", "Time since the lease was last renewed"),
    applies: counter("skypanel_apply_total", "Children applied", "kind", "result"),
    driftRepaired: counter("skypanel_drift_repaired_total", "Children changed by others and put right", "kind"),
    pruneHeld: gauge("skypanel_prune_held", "Removals the brake holds back"),
    eventsDropped: counter("skypanel_events_dropped_total", "Events not sent for want of room"),
  };
}
