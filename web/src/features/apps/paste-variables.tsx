import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field, TextArea } from "../../ui/field.tsx";
import { envLines, type PastedVariable } from "./env-lines.ts";

/** Takes the lines of an `.env` file and hands over the variables in them; says which lines are none. */
export function PasteVariables({ onAdd }: { onAdd: (variables: readonly PastedVariable[]) => void }) {
  const [text, setText] = useState("");
  const { variables, problems } = envLines(text);
  const add = () => {
    onAdd(variables);
    setText("");
  };
  const error = problems.map(({ line, message }) => `Line ${line} ${message}.`).join(" ");
  return (
    <details className="rounded-md border border-line px-3 py-2">
      <summary className="text-sm">Paste lines of an .env file</summary>
      <div className="mt-3 grid gap-3">
        <Field
          label="Lines"
          hint="One KEY=value a line. Comments and empty lines are left out."
          error={error || undefined}
        >
          <TextArea
            mono
            rows={5}
            value={text}
            onChange={(event) => setText(event.target.value)}
            spellCheck={false}
            autoComplete="off"
          />
        </Field>
        <Button onClick={add} disabled={variables.length === 0} className="justify-self-start">
          {variables.length === 1 ? "Take 1 variable" : `Take ${variables.length} variables`}
        </Button>
      </div>
    </details>
  );
}
