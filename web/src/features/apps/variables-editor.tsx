import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { call, type Reply } from "../../api/client.ts";
import { hasReason } from "../../api/problem.ts";
import { read } from "../../api/query.ts";
import { queryClient } from "../../api/runtime.ts";
import { ActionButton } from "../../ui/action-button.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { LeaveGuard } from "../../ui/leave-guard.tsx";
import { Panel } from "../../ui/page.tsx";
import { Strip } from "../../ui/strip.tsx";
import { AddVariable } from "./add-variable.tsx";
import { PasteVariables } from "./paste-variables.tsx";
import { bodyOf, type VariableChanges, withRemoved, withSet, withUndone } from "./variable-changes.ts";
import { VariablesTable } from "./variables-table.tsx";

type Variables = Reply<"GET /orgs/{org}/apps/{app}/variables">;

interface Props {
  params: { org: string; app: string };
  variables: Variables;
  readOnly: boolean;
}

/** Collects changes, then saves them as one revision: the instances are replaced once. */
export function VariablesEditor({ params, variables, readOnly }: Props) {
  const [changes, setChanges] = useState<VariableChanges>(new Map());
  const save = useMutation({
    mutationFn: () =>
      call("PATCH /orgs/{org}/apps/{app}/variables", { params, body: bodyOf(changes), revision: variables.revision }),
    onSuccess(next) {
      queryClient.setQueryData(read("GET /orgs/{org}/apps/{app}/variables", { params }).queryKey, next);
      setChanges(new Map());
      toast.success("Saved. Instances are replaced one after the other.");
    },
    // Values are write-only, so there is nothing to compare: the list is read anew and the edits stay for another try.
    onError: (error) =>
      hasReason(error, "StaleRevision") &&
      void queryClient.invalidateQueries({ queryKey: ["GET /orgs/{org}/apps/{app}/variables"] }),
  });
  const count = changes.size;
  return (
    <>
      <Panel
        title="Variables"
        hint="The environment of every process. Values are encrypted and cannot be read back, only replaced."
        flush
      >
        <VariablesTable
          items={variables.items}
          changes={changes}
          readOnly={readOnly}
          onSet={(key, value) => setChanges(withSet(changes, [{ key, value }]))}
          onRemove={(key) => setChanges(withRemoved(changes, key))}
          onUndo={(key) => setChanges(withUndone(changes, key))}
        />
      </Panel>
      {!readOnly && (
        <Panel title="Add variables">
          <div className="grid gap-4">
            <AddVariable onAdd={(variable) => setChanges(withSet(changes, [variable]))} />
            <PasteVariables onAdd={(pasted) => setChanges(withSet(changes, pasted))} />
          </div>
        </Panel>
      )}
      {hasReason(save.error, "StaleRevision") && (
        <Strip tone="warn">
          Someone changed this app meanwhile. Your edits are kept: look at the list and save again.
        </Strip>
      )}
      {save.error && !hasReason(save.error, "StaleRevision") && <ErrorPanel error={save.error} />}
      {!readOnly && (
        <div className="flex flex-wrap items-center gap-2">
          <ActionButton look="primary" busy={save.isPending} disabled={count === 0} onClick={() => save.mutate()}>
            Save
          </ActionButton>
          {count > 0 && <Button onClick={() => setChanges(new Map())}>Discard</Button>}
          <span role="status" className="text-sm text-muted">
            {count > 0 && (count === 1 ? "1 change is not saved" : `${count} changes are not saved`)}
          </span>
        </div>
      )}
      <LeaveGuard dirty={count > 0} />
    </>
  );
}
