const escapeCode = 0x1b;
const colour = /^\[[0-9;]*m/;
const pictures = 0x2400;
const deleteKey = 0x7f;

/** Text with every control and direction character shown as a sign, save tabs and colour sequences: a log cannot hide or reorder itself. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character, offset: number) => {
    const code = character.charCodeAt(0);
    if (character === "\t") return character;
    if (code === escapeCode && colour.test(text.slice(offset + 1, offset + 40))) return character;
    if (code < 0x20) return String.fromCharCode(pictures + code);
    if (code === deleteKey) return "\u2421";
    return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}
