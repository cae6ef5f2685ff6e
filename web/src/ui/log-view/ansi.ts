import Anser from "anser";
import { visible } from "./visible.ts";

/** A piece of a line that is written in one way. */
export interface Piece {
  readonly text: string;
  readonly className: string;
}

// The sixteen colours become tokens that are readable in both themes; a program's own 24-bit colour may not be.
const colours: Record<string, string> = {
  "ansi-red": "text-danger",
  "ansi-bright-red": "text-danger",
  "ansi-green": "text-ok",
  "ansi-bright-green": "text-ok",
  "ansi-yellow": "text-warn",
  "ansi-bright-yellow": "text-warn",
  "ansi-blue": "text-info",
  "ansi-bright-blue": "text-info",
  "ansi-cyan": "text-info",
  "ansi-bright-cyan": "text-info",
  "ansi-magenta": "text-accent",
  "ansi-bright-magenta": "text-accent",
  "ansi-bright-black": "text-muted",
};

const decorations: Record<string, string> = {
  bold: "font-bold",
  dim: "text-muted",
  italic: "italic",
  underline: "underline",
  strikethrough: "line-through",
};

/** A line as pieces with the classes of their colours; a line without any is one piece. */
export function pieces(line: string): readonly Piece[] {
  const text = visible(line);
  if (!text.includes("\u001b")) return [{ text, className: "" }];
  return Anser.ansiToJson(text, { json: true, use_classes: true, remove_empty: true }).map((part) => ({
    text: part.content,
    className: [colours[part.fg], ...part.decorations.map((name) => decorations[name])].filter(Boolean).join(" "),
  }));
}
