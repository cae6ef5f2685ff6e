import { type FormEvent, useState } from "react";
import { ActionButton } from "./action-button.tsx";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { ErrorPanel } from "./error-panel.tsx";
import { Field, TextInput } from "./field.tsx";

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** The words on the button: the verb and its object. */
  action: string;
  goes: readonly string[];
  stays: readonly string[];
  /** To be typed before the button works: what cannot be undone is not done by one click. */
  name?: string;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
}

/** Asks before something is lost: lists what goes and what stays. */
export function ConfirmDialog(props: Props) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={props.title}>
      <Confirmation {...props} />
    </Dialog>
  );
}

function Confirmation({ action, goes, stays, name, busy, error, onConfirm, onOpenChange }: Props) {
  const [typed, setTyped] = useState("");
  const isNamed = name === undefined || typed === name;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isNamed && !busy) onConfirm();
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <div className="grid gap-3 text-sm">
        <Listed title="This goes" items={goes} />
        <Listed title="This stays" items={stays} />
      </div>
      {name !== undefined && (
        <Field label={`Type ${name} to confirm`} hint={isNamed ? undefined : "The button works once the name matches."}>
          <TextInput
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      )}
      {error !== null && error !== undefined && <ErrorPanel error={error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => onOpenChange(false)}>Cancel</Button>
        <ActionButton type="submit" look="danger" disabled={!isNamed} busy={busy}>
          {action}
        </ActionButton>
      </div>
    </form>
  );
}

function Listed({ title, items }: { title: string; items: readonly string[] }) {
  return (
    <div>
      <p className="font-medium">{title}</p>
      <ul className="mt-1 list-disc pl-5 text-muted">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  );
}
