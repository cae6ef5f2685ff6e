import { Plus, Trash2 } from "lucide-react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { Button, IconButton } from "../../ui/button.tsx";
import { Field, SecretInput, TextInput } from "../../ui/field.tsx";
import type { CreateInput } from "./create-body.ts";
import type { PastedVariable } from "./env-lines.ts";
import { PasteVariables } from "./paste-variables.tsx";

/** The variables of a new app. */
export function VariableFields() {
  const { register, control, formState, getValues } = useFormContext<CreateInput>();
  const { fields, append, remove, update } = useFieldArray({ control, name: "variables" });
  const take = (pasted: readonly PastedVariable[]) => {
    for (const variable of pasted) {
      const at = (getValues("variables") ?? []).findIndex(({ key }) => key === variable.key);
      if (at >= 0) update(at, variable);
      else append(variable, { shouldFocus: false });
    }
  };
  return (
    <div className="grid gap-4">
      {fields.map(({ id }, index) => {
        const errors = formState.errors.variables?.[index];
        return (
          <div key={id} className="grid grid-cols-[1fr_auto] items-start gap-2 sm:grid-cols-[1fr_1fr_auto]">
            <Field label="Variable name" error={errors?.key?.message}>
              <TextInput mono autoComplete="off" spellCheck={false} {...register(`variables.${index}.key`)} />
            </Field>
            <Field label="Value" error={errors?.value?.message} className="max-sm:col-start-1">
              <SecretInput {...register(`variables.${index}.value`)} />
            </Field>
            <IconButton
              label={`Remove variable ${index + 1}`}
              onClick={() => remove(index)}
              className="mt-[26px] max-sm:col-start-2 max-sm:row-start-1"
            >
              <Trash2 aria-hidden />
            </IconButton>
          </div>
        );
      })}
      <Button
        onClick={() => append({ key: "", value: "" })}
        disabled={fields.length >= 300}
        className="justify-self-start"
      >
        <Plus aria-hidden />
        Add variable
      </Button>
      <PasteVariables onAdd={take} />
    </div>
  );
}
