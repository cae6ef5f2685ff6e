import { useSeenAt } from "../../api/runtime.ts";
import { ago } from "../../ui/age.ts";
import { classNames } from "../../ui/class-names.ts";
import { useNow } from "../../ui/now.ts";
import { withLocalTimes } from "../../ui/sentence.ts";
import { phaseWords, type Tone } from "../../ui/status.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { Strip } from "../../ui/strip.tsx";
import { Age, TimeAgo } from "../../ui/time-ago.tsx";
import { isProgressing } from "./progress.ts";
import type { App } from "./use-app.ts";

const edges: Record<Tone, string> = {
  ok: "border-l-ok",
  info: "border-l-info",
  warn: "border-l-warn",
  danger: "border-l-danger",
  neutral: "border-l-line-strong",
  muted: "border-l-line-strong",
};

/** How the app stands, why, and what to do: the catalogue's words, with the age of what was seen. */
export function StatusCard({ app, readAt }: { app: App; readAt: number }) {
  const { status } = app;
  const seenAt = useSeenAt(app.cluster.slug);
  return (
    <section aria-label="Status" className="grid gap-3">
      {status.stale && <SilentCluster app={app} />}
      <div className={classNames("card grid gap-3 border-l-4 p-4 shadow-raised", edges[phaseWords[status.phase].tone])}>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <StatusPill phase={status.phase} lastPhase={status.lastPhase} readAt={readAt} />
          {status.since && (
            <span className="text-muted">
              since <TimeAgo at={status.since} />
            </span>
          )}
          <span className="text-muted">
            {status.ageSeconds === null ? (
              "Not seen on the cluster yet"
            ) : (
              <>
                Last seen <Age seconds={status.ageSeconds} readAt={readAt} seenAt={seenAt} />
              </>
            )}
          </span>
        </div>
        {status.cause && (
          <div className="text-sm">
            <p>{withLocalTimes(status.cause)}</p>
            {status.remedy && <p className="text-muted">{status.remedy}</p>}
          </div>
        )}
        {isProgressing(app) && <Progress app={app} />}
      </div>
    </section>
  );
}

function SilentCluster({ app }: { app: App }) {
  const { name, lastHeartbeatAt, phase } = app.cluster;
  return (
    <Strip tone="warn">
      Cluster {name} is {phase === "Offline" ? "offline" : "silent"}, last heard of{" "}
      {lastHeartbeatAt ? <TimeAgo at={lastHeartbeatAt} /> : "never"}. Nothing is lost: what runs there keeps running,
      and what you change here is applied when it returns.
    </Strip>
  );
}

const longMillis = 60_000;

/** A change is under way until the cluster says that it applied this very revision. */
function Progress({ app }: { app: App }) {
  const changed = Date.parse(app.updatedAt);
  const isLong = useNow((now) => now - changed > longMillis);
  const age = useNow((now) => ago(now - changed));
  return (
    <Strip tone={isLong ? "warn" : "info"}>
      <strong className="font-medium">Progressing.</strong> Revision{" "}
      <code className="font-mono text-xs">{app.revision.slice(0, 8)}</code> was saved {age}; the cluster{" "}
      {app.status.observedRevision ? "still runs" : "has not applied it yet"}
      {app.status.observedRevision && (
        <code className="ml-1 font-mono text-xs">{app.status.observedRevision.slice(0, 8)}</code>
      )}
      .{isLong && !app.status.cause && " It takes longer than usual: the cluster may be out of reach."}
    </Strip>
  );
}
