import { useFormContext } from "react-hook-form";
import { Field, NumberInput, TextInput } from "../../ui/field.tsx";
import { asNumber, asOptionalText } from "../../ui/form-values.ts";
import { hintOf, numberOf } from "./app-hints.ts";
import type { ProcessesInput } from "./process-body.ts";

const of = (field: string) => `spec.processes[].health.${field}`;
const numbers = ["periodSeconds", "timeoutSeconds", "failureThreshold", "startSeconds"] as const;

/** The path that tells whether a Web process is well. */
export function HealthPath({ index }: { index: number }) {
  const { register, formState } = useFormContext<ProcessesInput>();
  return (
    <Field
      label="Health path"
      hint={`${hintOf(of("http.path")).hint} Empty: a connection to the port is enough.`}
      error={formState.errors.processes?.[index]?.health?.path?.message}
      className="max-w-xl"
    >
      <TextInput
        mono
        placeholder="/healthz"
        spellCheck={false}
        {...register(`processes.${index}.health.path`, { setValueAs: asOptionalText })}
      />
    </Field>
  );
}

/** How to tell a good instance of a Web process from a bad one: the path, and how patient to be. */
export function HealthFields({ index }: { index: number }) {
  const { register, formState } = useFormContext<ProcessesInput>();
  const errors = formState.errors.processes?.[index]?.health;
  return (
    <div className="grid gap-4">
      <HealthPath index={index} />
      <div className="grid grid-cols-2 gap-4 sm:max-w-3xl sm:grid-cols-4">
        {numbers.map((field) => (
          <Field key={field} {...hintOf(of(field))} error={errors?.[field]?.message}>
            <NumberInput
              {...numberOf(of(field))}
              {...register(`processes.${index}.health.${field}`, { setValueAs: asNumber })}
            />
          </Field>
        ))}
      </div>
    </div>
  );
}
