import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { toast } from "sonner";
import { call } from "../../api/client.ts";
import { showFieldErrors } from "../../api/field-errors.ts";
import { createRequestKeys } from "../../api/request-key.ts";
import { queryClient } from "../../api/runtime.ts";
import { ActionButton } from "../../ui/action-button.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { LeaveGuard } from "../../ui/leave-guard.tsx";
import { Panel } from "../../ui/page.tsx";
import { type CreateBody, type CreateInput, createSchema, type Region } from "./create-body.ts";
import { HealthPath } from "./health-fields.tsx";
import { PlaceFields } from "./place-fields.tsx";
import { nextProcess, tidied } from "./process-body.ts";
import { ProcessFields } from "./process-fields.tsx";
import { appQuery } from "./use-app.ts";
import { VariableFields } from "./variable-fields.tsx";

const resolve = zodResolver(createSchema);

/** One page, all of it editable to the end; a refused field says why and keeps what was typed. */
export function CreateForm({ org, regions }: { org: string; regions: readonly Region[] }) {
  const navigate = useNavigate();
  const firstFree = regions.flatMap(({ clusters }) => clusters).find(({ available }) => available);
  const form = useForm<CreateInput, unknown, CreateBody>({
    resolver: (values, context, options) => resolve(tidied(values), context, options),
    defaultValues: {
      name: "",
      cluster: firstFree?.slug ?? "",
      image: { reference: "" },
      processes: [nextProcess([])],
      variables: [],
    },
  });
  const [keyFor] = useState(() => createRequestKeys(() => crypto.randomUUID()));
  const create = useMutation({
    // The same form sent again, after a double click or a lost answer, makes no second app.
    mutationFn: (body: CreateBody) =>
      call("POST /orgs/{org}/apps", { params: { org }, body, idempotencyKey: keyFor(body) }),
    onSuccess(app) {
      const params = { org, app: app.name };
      queryClient.setQueryData(appQuery(params).queryKey, app);
      toast.success(`${app.name} is created.`);
      void navigate({ to: "/orgs/$org/apps/$app", params, ignoreBlocker: true });
    },
    onError: (error) => showFieldErrors(error, form.setError),
  });
  return (
    <FormProvider {...form}>
      <form onSubmit={form.handleSubmit((body) => create.mutate(body))} noValidate className="grid max-w-3xl gap-5">
        <Panel title="App">
          <PlaceFields regions={regions} />
        </Panel>
        <Panel
          title="Processes"
          hint="What runs from the image. At most one Web process takes the traffic of the app's address."
        >
          <ProcessFields health={(index) => <HealthPath index={index} />} />
        </Panel>
        <Panel title="Variables" hint="The environment of every process. Values are encrypted and never shown again.">
          <VariableFields />
        </Panel>
        {create.error && <ErrorPanel error={create.error} />}
        <div className="flex flex-wrap gap-2">
          <ActionButton type="submit" look="primary" busy={create.isPending}>
            Create app
          </ActionButton>
          <Button asChild>
            <Link to="/orgs/$org/apps" params={{ org }}>
              Cancel
            </Link>
          </Button>
        </div>
      </form>
      <LeaveGuard dirty={form.formState.isDirty && !create.isSuccess && !create.isPending} />
    </FormProvider>
  );
}
