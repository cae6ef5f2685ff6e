import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useController, useFormContext, useWatch } from "react-hook-form";
import { IconButton } from "../../ui/button.tsx";
import { Field, NumberInput, Select, TextInput } from "../../ui/field.tsx";
import { asNumber } from "../../ui/form-values.ts";
import { LinesInput } from "../../ui/lines-input.tsx";
import { choicesOf, hintOf, numberOf } from "./app-hints.ts";
import type { ProcessesInput } from "./process-body.ts";

interface Props {
  index: number;
  health: (index: number) => ReactNode;
  onRemove: (() => void) | undefined;
}

const of = (field: string) => `spec.processes[].${field}`;

/** One process: what it is called, what it runs and how large each instance is. */
export function ProcessBlock({ index, health, onRemove }: Props) {
  const { control } = useFormContext<ProcessesInput>();
  const process = useWatch({ control, name: `processes.${index}` });
  const isWeb = process?.type === "Web";
  return (
    <fieldset className="grid min-w-0 gap-4 not-first:border-t not-first:border-line not-first:pt-5">
      <legend className="sr-only">Process {process?.name || index + 1}</legend>
      <div className="grid grid-cols-2 items-start gap-4 sm:grid-cols-[1fr_1fr_7rem_7rem_auto]">
        <What index={index} isWeb={isWeb} />
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
      <p className="text-xs text-muted">{hintOf(of(isWeb ? "port" : "type")).hint}</p>
      <Size index={index} />
      {isWeb && health(index)}
    </fieldset>
  );
}

function What({ index, isWeb }: { index: number; isWeb: boolean }) {
  const { register, formState } = useFormContext<ProcessesInput>();
  const errors = formState.errors.processes?.[index];
  return (
    <>
      <Field label="Process name" error={errors?.name?.message}>
        <TextInput autoComplete="off" spellCheck={false} {...register(`processes.${index}.name`)} />
      </Field>
      <Field label={hintOf(of("type")).label} error={errors?.type?.message}>
        <Select {...register(`processes.${index}.type`)}>
          {choicesOf(of("type")).map((type) => (
            <option key={type}>{type}</option>
          ))}
        </Select>
      </Field>
      {isWeb ? (
        <Field label={hintOf(of("port")).label} error={errors?.port?.message}>
          <NumberInput {...numberOf(of("port"))} {...register(`processes.${index}.port`, { setValueAs: asNumber })} />
        </Field>
      ) : (
        <span className="max-sm:hidden" />
      )}
      <Field label={hintOf(of("replicas")).label} error={errors?.replicas?.message}>
        <NumberInput
          {...numberOf(of("replicas"))}
          {...register(`processes.${index}.replicas`, { setValueAs: asNumber })}
        />
      </Field>
    </>
  );
}

function Size({ index }: { index: number }) {
  const { register, control, formState } = useFormContext<ProcessesInput>();
  // Not registered: a text area would show the list with commas, and read them back as one word.
  const { field: words } = useController({ control, name: `processes.${index}.command` });
  const errors = formState.errors.processes?.[index];
  const command = hintOf(of("command"));
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {/* The kind writes sizes as quantities; the API and this form as numbers of one unit, with bounds of their own. */}
      <Field label="CPU (thousandths of a core)" error={errors?.cpuMillicores?.message}>
        <NumberInput
          min={10}
          max={64_000}
          placeholder="250"
          {...register(`processes.${index}.cpuMillicores`, { setValueAs: asNumber })}
        />
      </Field>
      <Field label="Memory (MiB)" error={errors?.memoryMiB?.message} hint="Passing it ends the instance.">
        <NumberInput
          min={16}
          max={262_144}
          placeholder="256"
          {...register(`processes.${index}.memoryMiB`, { setValueAs: asNumber })}
        />
      </Field>
      <Field
        label={command.label}
        hint={`${command.hint} One word a line.`}
        error={errors?.command?.message}
        className="sm:col-span-2"
      >
        <LinesInput {...words} value={words.value ?? []} />
      </Field>
    </div>
  );
}
