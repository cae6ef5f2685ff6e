import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import { call } from "../../api/client.ts";
import { queryClient } from "../../api/runtime.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Panel } from "../../ui/page.tsx";
import type { App, AppParams } from "./use-app.ts";

/** Deleting, behind its typed name. */
export function DeletePanel({ params, app }: { params: AppParams; app: App }) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () =>
      call("DELETE /orgs/{org}/apps/{app}", {
        params: { org: params.org, app: params.app },
        query: { confirm: app.name },
        revision: app.revision,
      }),
    async onSuccess() {
      toast.success(`${app.name} is being deleted.`);
      await navigate({ to: "/orgs/$org/apps", params: { org: params.org } });
      await queryClient.invalidateQueries({ queryKey: ["GET /orgs/{org}/apps"] });
    },
  });
  return (
    <Panel
      title="Delete"
      hint="Stops the app and removes it from its cluster. This cannot be undone."
      actions={
        <Button look="danger" onClick={() => setOpen(true)}>
          Delete app
        </Button>
      }
      flush
    >
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`Delete ${app.name}?`}
        action="Delete app"
        name={app.name}
        goes={[`Its instances on ${app.cluster.name}`, "Its address", `Its ${app.variableKeys.length} variables`]}
        stays={["The image in its registry", "What was done, under Activity"]}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      />
    </Panel>
  );
}
