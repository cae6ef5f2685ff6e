interface Issue {
  readonly code?: string | undefined;
  readonly origin?: string | undefined;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly input?: unknown;
}

/** What a form says of a refused value, for who filled it in; undefined leaves zod's own words. */
export function issueWords({ code, origin, minimum, maximum, input }: Issue): string | undefined {
  const isEmpty = input === undefined || input === "" || (typeof input === "number" && Number.isNaN(input));
  if (isEmpty && (code === "invalid_type" || code === "too_small")) return "Fill this in.";
  const unit = origin === "string" ? " characters" : origin === "array" ? " entries" : "";
  if (code === "too_small") return `At least ${String(minimum)}${unit}.`;
  if (code === "too_big") return `At most ${String(maximum)}${unit}.`;
  return undefined;
}
