import { LoaderCircle } from "lucide-react";
import type { ComponentProps } from "react";
import { Button } from "./button.tsx";
import { useOnline } from "./online.ts";

type Props = ComponentProps<typeof Button> & { busy?: boolean };

/** A button that changes something: disabled without a network and, against a double click, while it is at work. */
export function ActionButton({ busy = false, disabled, children, ...rest }: Props) {
  const online = useOnline();
  return (
    <Button disabled={busy || disabled || !online} aria-busy={busy || undefined} {...rest}>
      {busy && <LoaderCircle aria-hidden className="animate-spin" />}
      {children}
    </Button>
  );
}
