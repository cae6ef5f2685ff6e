import { zodResolver } from "@hookform/resolvers/zod";
import { appEndpoints } from "@skypanel/control-plane/contract/apps/apps.ts";
import { useEffect } from "react";
import { FormProvider, useForm } from "react-hook-form";
import type { z } from "zod";
import { call } from "../../api/client.ts";
import "../../api/zod-setup.ts";
import { showFieldErrors } from "../../api/field-errors.ts";
import { ActionButton } from "../../ui/action-button.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Field, TextInput } from "../../ui/field.tsx";
import { LeaveGuard } from "../../ui/leave-guard.tsx";
import { Panel } from "../../ui/page.tsx";
import { hintOf } from "./app-hints.ts";
import { HealthFields } from "./health-fields.tsx";
import { NewerStrip } from "./newer-strip.tsx";
import { tidied } from "./process-body.ts";
import { ProcessFields } from "./process-fields.tsx";
import { SaveConflict } from "./save-conflict.tsx";
import { type SettingsBody, settingsOf } from "./settings-body.ts";
import type { App, AppParams } from "./use-app.ts";
import { useBase } from "./use-base.ts";
import { useSave } from "./use-save.ts";

const schema = appEndpoints["PATCH /orgs/{org}/apps/{app}"].body;
type SettingsOutput = z.output<typeof schema>;
const resolve = zodResolver(schema);

interface Props {
  params: AppParams;
  app: App;
  readOnly: boolean;
}

/** Title, image and processes: saved together, as one new revision and one rolling restart. */
export function SettingsForm({ params, app, readOnly }: Props) {
  const form = useForm<SettingsBody, unknown, SettingsOutput>({
    resolver: (values, context, options) => resolve(tidied(values), context, options),
    defaultValues: settingsOf(app),
  });
  const { isDirty, errors } = form.formState;
  const base = useBase(app, isDirty, (from) => form.reset(settingsOf(from)));
  const saving = useSave<SettingsBody>({
    params,
    send: (body, revision) =>
      call("PATCH /orgs/{org}/apps/{app}", { params: { org: params.org, app: params.app }, body, revision }),
    saved: "Saved. The cluster follows.",
    onSaved: (saved) => form.reset(settingsOf(saved)),
  });
  useEffect(() => {
    if (saving.error) showFieldErrors(saving.error, form.setError);
  }, [saving.error, form.setError]);
  return (
    <FormProvider {...form}>
      <form onSubmit={form.handleSubmit((body) => saving.save(body, base))} noValidate className="grid gap-4">
        <NewerStrip app={app} base={base} dirty={isDirty} onTheirs={() => form.reset(settingsOf(app))} />
        <Panel title="General" hint="Another image replaces the instances one after the other.">
          <fieldset disabled={readOnly} className="grid gap-4">
            <legend className="sr-only">General</legend>
            <Field label="Title" error={errors.title?.message} className="max-w-xl">
              <TextInput {...form.register("title")} />
            </Field>
            <Field
              {...hintOf("spec.source.image.reference")}
              label="Image"
              error={errors.image?.reference?.message}
              className="max-w-xl"
            >
              <TextInput mono spellCheck={false} autoCapitalize="none" {...form.register("image.reference")} />
            </Field>
          </fieldset>
        </Panel>
        <Panel
          title="Processes"
          hint="A new size, command, port or health check replaces the instances one after the other; a process taken away ends."
        >
          <fieldset disabled={readOnly} className="grid max-w-3xl min-w-0 gap-4">
            <legend className="sr-only">Processes</legend>
            <ProcessFields readOnly={readOnly} health={(index) => <HealthFields index={index} />} />
          </fieldset>
        </Panel>
        {saving.error && <ErrorPanel error={saving.error} />}
        {!readOnly && (
          <ActionButton
            type="submit"
            look="primary"
            busy={saving.busy}
            disabled={!isDirty}
            className="justify-self-start"
          >
            Save
          </ActionButton>
        )}
        <SaveConflict saving={saving} theirsOf={settingsOf} onTheirs={(theirs) => form.reset(settingsOf(theirs))} />
        <LeaveGuard dirty={isDirty} />
      </form>
    </FormProvider>
  );
}
