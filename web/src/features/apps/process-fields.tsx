import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { Button } from "../../ui/button.tsx";
import { sentence } from "../../ui/sentence.ts";
import { ProcessBlock } from "./process-block.tsx";
import { nextProcess, type ProcessesInput } from "./process-body.ts";

interface Props {
  /** The health check of the Web process at `index`. */
  health: (index: number) => ReactNode;
  readOnly?: boolean;
}

/** The processes of an app, one block each. */
export function ProcessFields({ health, readOnly = false }: Props) {
  const { control, formState } = useFormContext<ProcessesInput>();
  const { fields, append, remove } = useFieldArray({ control, name: "processes" });
  const all = useWatch({ control, name: "processes" });
  const error = formState.errors.processes?.root?.message ?? formState.errors.processes?.message;
  return (
    <div className="grid gap-5">
      {fields.map(({ id }, index) => (
        <ProcessBlock
          key={id}
          index={index}
          health={health}
          onRemove={fields.length > 1 && !readOnly ? () => remove(index) : undefined}
        />
      ))}
      {error && <p className="text-xs text-danger">{sentence(error)}</p>}
      {!readOnly && (
        <Button onClick={() => append(nextProcess(all))} disabled={fields.length >= 10} className="justify-self-start">
          <Plus aria-hidden />
          Add process
        </Button>
      )}
    </div>
  );
}
