import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  children: ReactNode;
  wide?: boolean;
  /** Has no way out but through it: a session that ended. */
  locked?: boolean;
}

/** A dialog over the page: takes the focus, keeps it, gives it back. */
export function Dialog({ open, onOpenChange, title, description, children, wide = false, locked = false }: Props) {
  const hold = locked ? (event: Event) => event.preventDefault() : undefined;
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Primitive.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          {...(hold ? { onEscapeKeyDown: hold, onInteractOutside: hold } : {})}
          className={classNames(
            "card fixed top-1/2 left-1/2 z-50 grid grid-cols-[minmax(0,1fr)] max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-1/2 gap-4 overflow-y-auto p-5 shadow-float",
            wide ? "max-w-2xl" : "max-w-md",
          )}
        >
          <div className="flex items-start gap-3">
            <div className="min-w-0 flex-1">
              <Primitive.Title className="text-lg font-semibold [overflow-wrap:anywhere]">{title}</Primitive.Title>
              {description && (
                <Primitive.Description className="mt-1 text-sm text-muted">{description}</Primitive.Description>
              )}
            </div>
            {!locked && (
              <Primitive.Close asChild>
                <IconButton label="Close" className="-my-2 -mr-2">
                  <X aria-hidden />
                </IconButton>
              </Primitive.Close>
            )}
          </div>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
