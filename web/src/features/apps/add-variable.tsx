import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field, SecretInput, TextInput } from "../../ui/field.tsx";
import type { PastedVariable } from "./env-lines.ts";

const grammar = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** One more variable, by name and value. */
export function AddVariable({ onAdd }: { onAdd: (variable: PastedVariable) => void }) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const isWrong = key !== "" && !grammar.test(key);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key === "" || isWrong) return;
    onAdd({ key, value });
    setKey("");
    setValue("");
  };
  return (
    <form onSubmit={submit} className="grid items-start gap-3 sm:grid-cols-[1fr_1fr_auto]">
      <Field label="Variable name" error={isWrong ? "Letters, digits and _, not beginning with a digit." : undefined}>
        <TextInput
          mono
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </Field>
      <Field label="Value">
        <SecretInput value={value} onChange={(event) => setValue(event.target.value)} />
      </Field>
      <Button type="submit" disabled={key === "" || isWrong} className="sm:mt-[26px]">
        Add
      </Button>
    </form>
  );
}
