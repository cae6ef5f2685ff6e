import type { UseFormReturn } from "react-hook-form";
import { Field, NumberInput, TextInput } from "../../ui/field.tsx";
import { asNumber, asOptionalText } from "../../ui/form-values.ts";
import { hintOf } from "./app-hints.ts";
import type { SettingsBody } from "./settings-body.ts";

interface Props<Out> {
  name: string;
  index: number;
  form: UseFormReturn<SettingsBody, unknown, Out>;
}

const numbers = ["periodSeconds", "timeoutSeconds", "failureThreshold", "startSeconds"] as const;

/** How to tell a good instance of a Web process from a bad one. */
export function HealthFields<Out>({ name, index, form }: Props<Out>) {
  const errors = form.formState.errors.processes?.[index]?.health;
  return (
    <fieldset className="grid min-w-0 gap-4 border-t border-line pt-4">
      <legend className="float-left text-sm font-medium">Health check of {name}</legend>
      <Field
        label="Health path"
        hint="Answers 200 to 399 when well. Empty: a connection to the port is enough."
        error={errors?.path?.message}
        className="max-w-xl"
      >
        <TextInput
          mono
          placeholder="/healthz"
          spellCheck={false}
          {...form.register(`processes.${index}.health.path`, { setValueAs: asOptionalText })}
        />
      </Field>
      <div className="grid grid-cols-2 gap-4 sm:max-w-3xl sm:grid-cols-4">
        {numbers.map((field) => (
          <Field key={field} {...hintOf(`spec.processes[].health.${field}`)} error={errors?.[field]?.message}>
            <NumberInput {...form.register(`processes.${index}.health.${field}`, { setValueAs: asNumber })} />
          </Field>
        ))}
      </div>
    </fieldset>
  );
}
