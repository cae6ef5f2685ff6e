import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field, SecretInput } from "../../ui/field.tsx";

/** Takes the new value of a variable; the one that is stored cannot be shown. */
export function ReplaceValue({ name, onDone }: { name: string; onDone: (value: string | undefined) => void }) {
  const [value, setValue] = useState("");
  return (
    <form
      className="flex w-full flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(value);
      }}
    >
      <Field label={`New value of ${name}`} hideLabel className="min-w-40 flex-1">
        <SecretInput
          autoFocus
          placeholder="New value"
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      </Field>
      <Button type="submit">Set</Button>
      <Button look="quiet" onClick={() => onDone(undefined)}>
        Cancel
      </Button>
    </form>
  );
}
