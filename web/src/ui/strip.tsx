import { CircleHelp, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

type StripTone = "info" | "warn" | "muted";

const looks: Record<StripTone, { icon: LucideIcon; className: string }> = {
  info: { icon: Info, className: "bg-info-soft text-info" },
  warn: { icon: TriangleAlert, className: "bg-warn-soft text-warn" },
  muted: { icon: CircleHelp, className: "bg-hover text-muted" },
};

interface Props {
  tone: StripTone;
  children: ReactNode;
  action?: ReactNode;
}

/** One line above a region: what its data lacks, or what is going on. */
export function Strip({ tone, children, action }: Props) {
  const { icon: Icon, className } = looks[tone];
  return (
    <div
      role="status"
      className={classNames("flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg px-3 py-2 text-sm", className)}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <div className="min-w-0 flex-1 basis-52 text-ink [overflow-wrap:anywhere]">{children}</div>
      {action}
    </div>
  );
}
