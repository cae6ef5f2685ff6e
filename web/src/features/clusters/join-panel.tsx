import { limits } from "@skypanel/crds/limits.ts";
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { Tabs } from "radix-ui";
import { call } from "../../api/client.ts";
import { ActionButton } from "../../ui/action-button.tsx";
import { countdown } from "../../ui/age.ts";
import { CopyField } from "../../ui/copy-field.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { useNow } from "../../ui/now.ts";
import { Panel } from "../../ui/page.tsx";
import { Strip } from "../../ui/strip.tsx";
import type { Cluster, Registration } from "./cluster-words.ts";
import { keepRegistration, useRegistration } from "./registration-store.ts";

/** How to make the cluster join: the command with its token, how long it holds, and what silence means. */
export function JoinPanel({ cluster, canWrite }: { cluster: Cluster; canWrite: boolean }) {
  const registration = useRegistration(cluster.id);
  const renew = useMutation({
    mutationFn: () => call("POST /admin/clusters/{id}/token", { params: { id: cluster.id } }),
    onSuccess: (next) => keepRegistration(cluster.id, next),
  });
  return (
    <Panel
      title="Join this cluster"
      hint="Run this where kubectl and Helm reach the cluster. It needs outbound HTTPS only."
      actions={
        canWrite && (
          <ActionButton busy={renew.isPending} onClick={() => renew.mutate()}>
            <KeyRound aria-hidden />
            New token
          </ActionButton>
        )
      }
    >
      <div className="grid gap-4">
        {renew.error && <ErrorPanel error={renew.error} />}
        {registration ? (
          <Command registration={registration} />
        ) : (
          <p className="text-sm text-muted">
            {cluster.token
              ? "The registration token was shown once and cannot be shown again. Make a new one to see the command; the old one dies."
              : "Make a token to see the command."}
          </p>
        )}
        {cluster.token && cluster.token.usedAt === null && <SilenceHint expiresAt={cluster.token.expiresAt} />}
      </div>
    </Panel>
  );
}

function Command({ registration }: { registration: Registration }) {
  const expires = Date.parse(registration.expiresAt);
  const left = useNow((now) => countdown(expires - now));
  const isOver = useNow((now) => now >= expires);
  return (
    <div className="grid gap-4">
      <Tabs.Root defaultValue="helm" className="grid gap-3">
        <Tabs.List aria-label="How to install" className="flex gap-1">
          <Choice value="helm">Helm</Choice>
          <Choice value="manifest">Manifest</Choice>
        </Tabs.List>
        <Tabs.Content value="helm">
          <CopyField block text={registration.command} label="Copy Helm command" />
        </Tabs.Content>
        <Tabs.Content value="manifest">
          <CopyField block text={registration.manifest} label="Copy manifest" />
        </Tabs.Content>
      </Tabs.Root>
      <div className="grid gap-1.5">
        <p className="text-sm">
          Token, shown only now.{" "}
          {isOver ? (
            <strong className="text-danger">It has expired: make a new one.</strong>
          ) : (
            <>
              Valid for another <span className="tabular font-medium">{left}</span>, once.
            </>
          )}
        </p>
        <CopyField text={registration.token} label="Copy token" />
      </div>
    </div>
  );
}

function Choice({ value, children }: { value: string; children: string }) {
  return (
    <Tabs.Trigger
      value={value}
      className="h-8 rounded-md px-3 text-sm text-muted hover:bg-hover data-[state=active]:bg-hover data-[state=active]:font-medium data-[state=active]:text-ink max-md:h-11"
    >
      {children}
    </Tabs.Trigger>
  );
}

const hintMillis = 120_000;

function SilenceHint({ expiresAt }: { expiresAt: string }) {
  const issued = Date.parse(expiresAt) - limits.session.registrationMillis;
  const isLong = useNow((now) => now - issued > hintMillis);
  if (!isLong) return <p className="text-sm text-muted">Waiting for the operator to call home.</p>;
  return (
    <Strip tone="warn">
      Nothing has called home for 2 minutes. Check that the cluster can reach {window.location.hostname}:
      {window.location.port || (window.location.protocol === "https:" ? "443" : "80")}, and the operator's log.
    </Strip>
  );
}
