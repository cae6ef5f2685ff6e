import { Counter, Gauge, type Registry } from "prom-client";

/** Metrics of the link to the control plane. */
export type HubMetrics = ReturnType<typeof hubMetrics>;

/** Declares the metrics in `registry`; once per process. */
export function hubMetrics(registry: Registry) {
  const registers = [registry];
  return {
    registered: new Gauge({
      name: "skypanel_hub_registered",
      help: "1 once the control plane counts this cluster as registered",
      registers,
    }),
    heartbeats: new Counter({
      name: "skypanel_heartbeats_total",
      help: "Heartbeats by result",
      labelNames: ["result"],
      registers,
    }),
    pending: new Gauge({
      name: "skypanel_report_pending",
      help: "Objects whose state is still to be reported",
      registers,
    }),
    age: new Gauge({ name: "skypanel_report_age_seconds", help: "Age of the oldest unreported state", registers }),
    batches: new Counter({
      name: "skypanel_report_batches_total",
      help: "Reports sent, by result",
      labelNames: ["result"],
      registers,
    }),
    streams: new Gauge({ name: "skypanel_tunnel_streams", help: "Requests open in the tunnel", registers }),
    connected: new Gauge({ name: "skypanel_tunnel_connected", help: "1 while the tunnel is open", registers }),
  };
}
