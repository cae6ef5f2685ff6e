import type { ReactNode } from "react";

interface Props {
  /** One sentence: what would be here. */
  children: ReactNode;
  action?: ReactNode;
  link?: ReactNode;
}

/** A finished load that found nothing: one sentence, one action, one link. */
export function Empty({ children, action, link }: Props) {
  return (
    <div className="grid justify-items-center gap-4 px-6 py-12 text-center">
      <p className="max-w-md text-muted text-pretty">{children}</p>
      {action}
      {link && <p className="text-sm">{link}</p>}
    </div>
  );
}
