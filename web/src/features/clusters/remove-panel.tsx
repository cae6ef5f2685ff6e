import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import { call } from "../../api/client.ts";
import { read } from "../../api/query.ts";
import { queryClient } from "../../api/runtime.ts";
import { ActionButton } from "../../ui/action-button.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Panel } from "../../ui/page.tsx";
import type { Cluster } from "./cluster-words.ts";

/** Taking no new apps, and removing the cluster for good. */
export function RemovePanel({ cluster }: { cluster: Cluster }) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const isOpen = cluster.wish === "Schedulable";
  const wish = useMutation({
    mutationFn: () =>
      call("PATCH /admin/clusters/{id}", {
        params: { id: cluster.id },
        body: { wish: isOpen ? "Unschedulable" : "Schedulable" },
      }),
    onSuccess(next) {
      queryClient.setQueryData(read("GET /admin/clusters/{id}", { params: { id: cluster.id } }).queryKey, next);
      toast.success(isOpen ? `${cluster.name} takes no new apps.` : `${cluster.name} takes new apps again.`);
    },
  });
  const remove = useMutation({
    mutationFn: () => call("DELETE /admin/clusters/{id}", { params: { id: cluster.id } }),
    async onSuccess() {
      toast.success(`${cluster.name} is removed.`);
      await navigate({ to: "/admin/clusters" });
      await queryClient.invalidateQueries({ queryKey: ["GET /admin/clusters"] });
    },
  });
  return (
    <Panel
      title="Placement and removal"
      hint="Without placement nothing new comes here; what runs stays. Only an empty cluster can be removed."
    >
      {wish.error && <ErrorPanel error={wish.error} />}
      <div className="flex flex-wrap gap-2">
        <ActionButton busy={wish.isPending} onClick={() => wish.mutate()}>
          {isOpen ? "Take no new apps" : "Take new apps"}
        </ActionButton>
        <Button
          look="danger"
          disabled={cluster.apps > 0}
          onClick={() => setOpen(true)}
          title={cluster.apps > 0 ? `${cluster.apps} apps are placed here` : undefined}
        >
          Remove cluster
        </Button>
      </div>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`Remove ${cluster.name}?`}
        action="Remove cluster"
        name={cluster.slug}
        goes={["Its identity: the operator there is refused from now on", "Its desired state and what was observed"]}
        stays={["Whatever runs on it", "What was done, under Audit"]}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      />
    </Panel>
  );
}
