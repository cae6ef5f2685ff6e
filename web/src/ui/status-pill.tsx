import { useNow } from "./now.ts";
import { Pill } from "./pill.tsx";
import { type Phase, phaseWords, shownPhase } from "./status.ts";

interface Props {
  phase: Phase;
  lastPhase: Phase | null;
  /** When this was read from the server, in ms since 1970. */
  readAt: number;
}

/** An app's phase as icon and word; *Unknown* says what it was before. */
export function StatusPill({ phase, lastPhase, readAt }: Props) {
  const isOld = useNow((now) => shownPhase({ phase, lastPhase }, now - readAt).phase !== phase);
  const shown = isOld ? { phase: "Unknown" as const, lastPhase: phase } : { phase, lastPhase };
  const { word, icon, tone } = phaseWords[shown.phase];
  const was = shown.phase === "Unknown" && shown.lastPhase ? phaseWords[shown.lastPhase].word : undefined;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5 gap-y-0.5">
      <Pill tone={tone} icon={icon}>
        {word}
      </Pill>
      {was && <span className="text-xs text-muted">was {was}</span>}
    </span>
  );
}
