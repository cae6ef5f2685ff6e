import {
  ArrowDownUp,
  Ban,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock,
  Contrast,
  Flag,
  Hammer,
  type LucideIcon,
  Square,
  Trash2,
} from "lucide-react";

export type Tone = "neutral" | "info" | "ok" | "warn" | "danger" | "muted";

export interface StatusWord {
  readonly word: string;
  readonly icon: LucideIcon;
  readonly tone: Tone;
}

/** The words for an app's phase, the same on every screen (web.md, "Status vocabulary"). */
export const phaseWords = {
  Pending: { word: "Pending", icon: Clock, tone: "neutral" },
  Building: { word: "Building", icon: Hammer, tone: "info" },
  Releasing: { word: "Releasing", icon: Flag, tone: "info" },
  RollingOut: { word: "Rolling out", icon: ArrowDownUp, tone: "info" },
  Live: { word: "Live", icon: CircleCheck, tone: "ok" },
  Degraded: { word: "Degraded", icon: Contrast, tone: "warn" },
  Stopped: { word: "Stopped", icon: Square, tone: "neutral" },
  Failed: { word: "Failed", icon: CircleX, tone: "danger" },
  Suspended: { word: "Suspended", icon: Ban, tone: "warn" },
  Unknown: { word: "Unknown", icon: CircleHelp, tone: "muted" },
  Deleting: { word: "Deleting", icon: Trash2, tone: "neutral" },
} as const satisfies Record<string, StatusWord>;

export type Phase = keyof typeof phaseWords;

interface Observed {
  readonly phase: Phase;
  readonly lastPhase: Phase | null;
}

const currentMillis = 90_000;

/** Whether data read so long ago may still be shown as what is now. */
export function isCurrent(readMillisAgo: number): boolean {
  return readMillisAgo <= currentMillis;
}

/** What may be shown as the phase now: data last read more than 90 s ago is *Unknown*, whatever it said then. */
export function shownPhase(observed: Observed, readMillisAgo: number): Observed {
  if (isCurrent(readMillisAgo) || observed.phase === "Unknown") return observed;
  return { phase: "Unknown", lastPhase: observed.phase };
}
