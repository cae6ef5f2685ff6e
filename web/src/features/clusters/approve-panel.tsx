import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import { call } from "../../api/client.ts";
import { read } from "../../api/query.ts";
import { queryClient } from "../../api/runtime.ts";
import { ActionButton } from "../../ui/action-button.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Strip } from "../../ui/strip.tsx";
import type { Cluster } from "./cluster-words.ts";

/** A registration token that two presented: the first stays held back until someone has looked. */
export function ApprovePanel({ cluster, canWrite }: { cluster: Cluster; canWrite: boolean }) {
  const approve = useMutation({
    mutationFn: () => call("POST /admin/clusters/{id}/approve", { params: { id: cluster.id } }),
    onSuccess(next) {
      queryClient.setQueryData(read("GET /admin/clusters/{id}", { params: { id: cluster.id } }).queryKey, next);
      toast.success(`${cluster.name} may speak.`);
    },
  });
  return (
    <div className="grid gap-3">
      <Strip
        tone="warn"
        action={
          canWrite && (
            <ActionButton busy={approve.isPending} onClick={() => approve.mutate()}>
              Approve cluster
            </ActionButton>
          )
        }
      >
        A second key presented this cluster's registration token. Until you approve, it gets nothing and says nothing.
        Make sure that the cluster that joined is yours; if in doubt, remove it and register anew.
      </Strip>
      {approve.error && <ErrorPanel error={approve.error} />}
    </div>
  );
}
