import type { LogEvent } from "../../api/logs.ts";
import type { NewRow } from "../../ui/log-view/ring.ts";

/** The row an event of the log stream is shown as; none for its end, which the state tells. */
export function rowOf(event: LogEvent): NewRow | undefined {
  switch (event.k) {
    case "line":
      return { kind: "line", instance: event.instance, at: event.at, text: event.text };
    case "dropped":
      return {
        kind: "dropped",
        instance: event.instance,
        at: "",
        text: `${event.lines} lines dropped: more than 500 in a second`,
      };
    case "source":
      return { kind: "note", instance: event.instance, at: "", text: sourceNote(event) };
    case "end":
      return undefined;
  }
}

function sourceNote({ state, reason }: { state: "opened" | "ended" | "failed"; reason: string | null }): string {
  const why = reason ? `: ${reason}` : "";
  if (state === "opened") return "log opened";
  return state === "ended" ? `instance ended${why}` : `log cannot be read${why}`;
}
