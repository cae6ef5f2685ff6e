import { type Phase, phaseWords } from "../../ui/status.ts";

/** What the address of the list says: search text, phase, cluster. */
export interface AppsSearch {
  q?: string;
  phase?: Phase;
  cluster?: string;
}

/** Reads the search part of an address; what it cannot mean is left out. */
export function readAppsSearch({ q, phase, cluster }: Record<string, unknown>): AppsSearch {
  const known = typeof phase === "string" && isPhase(phase) ? phase : undefined;
  return {
    // The router reads `?q=42` as a number; the person typed text.
    ...((typeof q === "string" || typeof q === "number") && q !== "" ? { q: String(q).slice(0, 100) } : {}),
    ...(known ? { phase: known } : {}),
    ...(typeof cluster === "string" && cluster ? { cluster } : {}),
  };
}

function isPhase(text: string): text is Phase {
  return Object.hasOwn(phaseWords, text);
}

/** The filter in words, for "No apps match …". */
export function filterWords({ q, phase, cluster }: AppsSearch): string {
  return [q && `"${q}"`, phase && phaseWords[phase].word, cluster && `cluster ${cluster}`].filter(Boolean).join(", ");
}
