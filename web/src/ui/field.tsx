import { CircleAlert } from "lucide-react";
import { Slot } from "radix-ui";
import { type ComponentProps, type ReactElement, type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";
import { sentence } from "./sentence.ts";

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  /** One control; it receives its id and what describes it. */
  children: ReactElement;
  className?: string;
  hideLabel?: boolean;
}

/** A labelled control with its hint and its error, tied together for screen readers. */
export function Field({ label, hint, error, children, className, hideLabel = false }: FieldProps) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className={classNames("grid content-start gap-1.5", className)}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "text-sm font-medium"}>
        {label}
      </label>
      <Slot.Root
        id={id}
        className="w-full"
        aria-describedby={described || undefined}
        aria-invalid={error ? true : undefined}
      >
        {children}
      </Slot.Root>
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1 text-xs text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {sentence(error)}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

const control =
  "min-w-0 rounded-md border border-line-strong bg-surface px-3 text-sm text-ink shadow-raised aria-invalid:border-danger disabled:bg-sunken disabled:text-muted max-md:text-base";

/** A line of text. */
export function TextInput({ className, mono = false, ...rest }: ComponentProps<"input"> & { mono?: boolean }) {
  return (
    <input type="text" className={classNames(control, "h-9 max-md:h-11", mono && "font-mono", className)} {...rest} />
  );
}

/** A whole number. */
export function NumberInput({ className, ...rest }: ComponentProps<"input">) {
  return (
    <input
      type="number"
      inputMode="numeric"
      step={1}
      className={classNames(control, "h-9 tabular max-md:h-11", className)}
      {...rest}
    />
  );
}

/** Several lines of text. */
export function TextArea({ className, mono = false, ...rest }: ComponentProps<"textarea"> & { mono?: boolean }) {
  return <textarea className={classNames(control, "py-2", mono && "font-mono text-xs", className)} {...rest} />;
}

/** A choice from a list; the platform's own, which works by touch, key and screen reader everywhere. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select className={classNames(control, "h-9 pr-8 max-md:h-11", className)} {...rest} />;
}

/** Takes a value and never shows one: what is stored stays stored until something is typed here. */
export function SecretInput({ className, ...rest }: ComponentProps<"input">) {
  return (
    <input
      type="password"
      autoComplete="off"
      data-1p-ignore
      data-lpignore="true"
      spellCheck={false}
      className={classNames(control, "h-9 font-mono max-md:h-11", className)}
      {...rest}
    />
  );
}
