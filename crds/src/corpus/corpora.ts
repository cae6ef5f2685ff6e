import type { Line } from "./corpus.ts";
import { type Place, places } from "./places.ts";

/** A line of a corpus put into one field, and what must become of the manifest. */
export interface Planting {
  readonly line: Line;
  readonly place: Place;
  readonly isTaken: boolean;
}

/** Each line in every field of its sort. */
export function plantings(lines: readonly Line[]): Planting[] {
  return lines.flatMap((line) =>
    places
      .filter((place) => place.sorts.includes(line.field))
      .map((place) => ({ line, place, isTaken: line.expected === "taken" && fits(line, place) })),
  );
}

/** A text that is good for its sort may still be too long for the field; characters count, as in the API server. */
function fits({ field, json }: Line, { schema: { maxLength } }: Place): boolean {
  if (maxLength === undefined || !json.startsWith('"')) return true;
  return field === "long" || [...String(JSON.parse(json))].length <= maxLength;
}
