import type { LucideIcon } from "lucide-react";
import { classNames } from "./class-names.ts";
import type { Tone } from "./status.ts";

const tones: Record<Tone, string> = {
  neutral: "bg-hover text-ink",
  muted: "bg-hover text-muted",
  info: "bg-info-soft text-info",
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  danger: "bg-danger-soft text-danger",
};

/** A word in the colour of its tone, always with an icon: never colour alone. */
export function Pill({ tone, icon: Icon, children }: { tone: Tone; icon: LucideIcon; children: string }) {
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1 rounded-full py-0.5 pr-2 pl-1.5 text-xs font-medium whitespace-nowrap",
        tones[tone],
      )}
    >
      <Icon aria-hidden className="size-3.5" />
      {children}
    </span>
  );
}
