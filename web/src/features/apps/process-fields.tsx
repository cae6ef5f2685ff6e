import { Plus, Trash2 } from "lucide-react";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { Button, IconButton } from "../../ui/button.tsx";
import { Field, NumberInput, Select, TextArea, TextInput } from "../../ui/field.tsx";
import { asLines, asNumber, asOptionalText } from "../../ui/form-values.ts";
import { hintOf } from "./app-hints.ts";
import type { CreateInput } from "./create-body.ts";

/** The processes of a new app, one block each. */
export function ProcessFields() {
  const { control, formState } = useFormContext<CreateInput>();
  const { fields, append, remove } = useFieldArray({ control, name: "processes" });
  const all = useWatch({ control, name: "processes" });
  const hasWeb = all.some(({ type }) => type === "Web");
  const add = () =>
    append({
      name: hasWeb ? "worker" : "web",
      type: hasWeb ? "Worker" : "Web",
      command: [],
      replicas: 1,
      cpuMillicores: 250,
      memoryMiB: 256,
    });
  const error = formState.errors.processes?.root?.message ?? formState.errors.processes?.message;
  return (
    <div className="grid gap-5">
      {fields.map(({ id }, index) => (
        <ProcessBlock key={id} index={index} onRemove={fields.length > 1 ? () => remove(index) : undefined} />
      ))}
      {error && <p className="text-xs text-danger">{error}</p>}
      <Button onClick={add} disabled={fields.length >= 10} className="justify-self-start">
        <Plus aria-hidden />
        Add process
      </Button>
    </div>
  );
}

function ProcessBlock({ index, onRemove }: { index: number; onRemove: (() => void) | undefined }) {
  const { register, control, formState } = useFormContext<CreateInput>();
  const errors = formState.errors.processes?.[index];
  const process = useWatch({ control, name: `processes.${index}` });
  const isWeb = process?.type === "Web";
  return (
    <fieldset className="grid min-w-0 gap-4 not-first:border-t not-first:border-line not-first:pt-5">
      <legend className="sr-only">Process {process?.name || index + 1}</legend>
      <div className="grid grid-cols-2 items-start gap-4 sm:grid-cols-[1fr_1fr_7rem_7rem_auto]">
        <Field label="Process name" error={errors?.name?.message}>
          <TextInput autoComplete="off" spellCheck={false} {...register(`processes.${index}.name`)} />
        </Field>
        <Field label="Type" error={errors?.type?.message}>
          <Select {...register(`processes.${index}.type`)}>
            <option value="Web">Web</option>
            <option value="Worker">Worker</option>
          </Select>
        </Field>
        {isWeb ? (
          <Field label="Port" error={errors?.port?.message}>
            <NumberInput
              min={1}
              max={65_535}
              {...register(`processes.${index}.port`, { setValueAs: asNumber, shouldUnregister: true })}
            />
          </Field>
        ) : (
          <span className="max-sm:hidden" />
        )}
        <Field label="Instances" error={errors?.replicas?.message}>
          <NumberInput min={0} max={100} {...register(`processes.${index}.replicas`, { setValueAs: asNumber })} />
        </Field>
        {onRemove && (
          <IconButton
            label={`Remove process ${process?.name ?? ""}`}
            onClick={onRemove}
            className="self-start sm:mt-[26px]"
          >
            <Trash2 aria-hidden />
          </IconButton>
        )}
      </div>
      <p className="text-xs text-muted">{hintOf(isWeb ? "spec.processes[].port" : "spec.processes[].type").hint}</p>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="CPU (thousandths of a core)" error={errors?.cpuMillicores?.message}>
          <NumberInput
            min={10}
            max={64_000}
            {...register(`processes.${index}.cpuMillicores`, { setValueAs: asNumber })}
          />
        </Field>
        <Field label="Memory (MiB)" error={errors?.memoryMiB?.message} hint="Passing it ends the instance.">
          <NumberInput min={16} max={262_144} {...register(`processes.${index}.memoryMiB`, { setValueAs: asNumber })} />
        </Field>
        <Field
          label="Command"
          hint="One word a line, no shell. Empty: the image's own."
          error={errors?.command?.message}
        >
          <TextArea
            mono
            rows={2}
            spellCheck={false}
            {...register(`processes.${index}.command`, { setValueAs: asLines })}
          />
        </Field>
        {isWeb && (
          <Field
            {...hintOf("spec.processes[].health.http.path")}
            label="Health path"
            error={errors?.health?.path?.message}
          >
            <TextInput
              mono
              placeholder="/healthz"
              {...register(`processes.${index}.health.path`, { setValueAs: asOptionalText, shouldUnregister: true })}
            />
          </Field>
        )}
      </div>
    </fieldset>
  );
}
