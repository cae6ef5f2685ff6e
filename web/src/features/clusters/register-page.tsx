import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { call } from "../../api/client.ts";
import { showFieldErrors } from "../../api/field-errors.ts";
import { read } from "../../api/query.ts";
import { createRequestKeys } from "../../api/request-key.ts";
import { queryClient } from "../../api/runtime.ts";
import { ActionButton } from "../../ui/action-button.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { LeaveGuard } from "../../ui/leave-guard.tsx";
import { PageHead, Panel } from "../../ui/page.tsx";
import { type RegisterBody, type RegisterInput, registerSchema } from "./register-body.ts";
import { RegisterFields } from "./register-fields.tsx";
import { keepRegistration } from "./registration-store.ts";

/** Step one of registering a cluster: what it is called and where its apps answer. */
export function RegisterPage() {
  const navigate = useNavigate();
  const [keyFor] = useState(() => createRequestKeys(() => crypto.randomUUID()));
  const form = useForm<RegisterInput, unknown, RegisterBody>({
    resolver: zodResolver(registerSchema),
    defaultValues: {
      name: "",
      slug: "",
      region: "",
      baseDomain: "",
      ingress: { class: "traefik", namespace: "traefik", port: 80, tls: false },
    },
  });
  const register = useMutation({
    mutationFn: (body: RegisterBody) => call("POST /admin/clusters", { body, idempotencyKey: keyFor(body) }),
    onSuccess({ cluster, registration }) {
      queryClient.setQueryData(read("GET /admin/clusters/{id}", { params: { id: cluster.id } }).queryKey, cluster);
      keepRegistration(cluster.id, registration);
      void navigate({ to: "/admin/clusters/$id", params: { id: cluster.id }, ignoreBlocker: true });
    },
    onError: (error) => showFieldErrors(error, form.setError),
  });
  return (
    <>
      <PageHead
        title="Register cluster"
        below="Name it here, then run one Helm command on it. Nothing has to reach it from outside."
      />
      <form onSubmit={form.handleSubmit((body) => register.mutate(body))} noValidate className="grid max-w-3xl gap-5">
        <Panel title="Cluster">
          <RegisterFields form={form} />
        </Panel>
        {register.error && <ErrorPanel error={register.error} />}
        <div className="flex flex-wrap gap-2">
          <ActionButton type="submit" look="primary" busy={register.isPending}>
            Register cluster
          </ActionButton>
          <Button asChild>
            <Link to="/admin/clusters">Cancel</Link>
          </Button>
        </div>
        <LeaveGuard dirty={form.formState.isDirty && !register.isPending && !register.isSuccess} />
      </form>
    </>
  );
}
