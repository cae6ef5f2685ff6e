import { useState } from "react";

/** How many rows came since the view last followed. */
export function useUnseen(newest: number, follow: boolean): number {
  const [seen, setSeen] = useState(newest);
  if (follow && seen !== newest) setSeen(newest);
  return follow ? 0 : newest - seen;
}
