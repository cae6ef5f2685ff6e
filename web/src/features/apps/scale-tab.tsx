import { getRouteApi } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import { call } from "../../api/client.ts";
import { ActionButton } from "../../ui/action-button.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Field, NumberInput } from "../../ui/field.tsx";
import { asNumber } from "../../ui/form-values.ts";
import { LeaveGuard } from "../../ui/leave-guard.tsx";
import { Panel } from "../../ui/page.tsx";
import { NewerStrip } from "./newer-strip.tsx";
import { SaveConflict } from "./save-conflict.tsx";
import { type App, type AppParams, useApp, useReadOnly } from "./use-app.ts";
import { useBase } from "./use-base.ts";
import { useSave } from "./use-save.ts";

const route = getRouteApi("/shell/orgs/$org/apps/$app/scale");

/** How many instances of each process run. */
export function ScaleTab() {
  const params = route.useParams();
  const { data: app } = useApp(params);
  return app ? <ScaleForm params={params} app={app} /> : null;
}

type ScaleBody = { processes: { name: string; replicas: number }[] };

function scaleOf(app: App): ScaleBody {
  return { processes: app.processes.map(({ name, replicas }) => ({ name, replicas })) };
}

const tooMany = { value: 100, message: "At most 100." };
const tooFew = { value: 0, message: "At least 0." };

function ScaleForm({ params, app }: { params: AppParams; app: App }) {
  const readOnly = useReadOnly(params, app);
  const form = useForm({ defaultValues: scaleOf(app) });
  const { isDirty, errors } = form.formState;
  const begin = (from: App) => form.reset(scaleOf(from));
  const base = useBase(app, isDirty, begin);
  const saving = useSave<ScaleBody>({
    params,
    send: (body, revision) =>
      call("PUT /orgs/{org}/apps/{app}/scale", { params: { org: params.org, app: params.app }, body, revision }),
    saved: "Scaled. The cluster follows.",
    onSaved: begin,
  });
  return (
    <form onSubmit={form.handleSubmit((body) => saving.save(body, base))} noValidate className="grid gap-4">
      <NewerStrip app={app} base={base} dirty={isDirty} onTheirs={() => begin(app)} />
      <Panel title="Instances" hint="Applied at once. Running instances are not restarted.">
        <div className="grid gap-4">
          {app.processes.map((process, index) => (
            <Field
              key={process.name}
              label={`Instances of ${process.name}`}
              error={errors.processes?.[index]?.replicas?.message}
              className="max-w-56"
            >
              <NumberInput
                min={0}
                max={100}
                disabled={readOnly !== undefined}
                {...form.register(`processes.${index}.replicas`, {
                  setValueAs: asNumber,
                  required: "Enter a number.",
                  min: tooFew,
                  max: tooMany,
                })}
              />
            </Field>
          ))}
          {app.state === "Stopped" && (
            <p className="text-sm text-muted">The app is stopped; these numbers hold once it starts.</p>
          )}
          {saving.error && <ErrorPanel error={saving.error} />}
          {readOnly === undefined && (
            <ActionButton
              type="submit"
              look="primary"
              busy={saving.busy}
              disabled={!isDirty}
              className="justify-self-start"
            >
              Scale
            </ActionButton>
          )}
        </div>
      </Panel>
      <SaveConflict saving={saving} theirsOf={scaleOf} onTheirs={begin} />
      <LeaveGuard dirty={isDirty} />
    </form>
  );
}
