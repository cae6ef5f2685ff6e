type Generator = (n: number) => string;

const times = (n: number, piece: string) => piece.repeat(Math.max(0, Math.floor(n)));
const lines = (n: number, line: (index: number) => string) =>
  Array.from({ length: Math.floor(n) }, (_, index) => line(index)).join("\n");

/** Texts nested `n` deep, each shape in another way. */
export const deep: Readonly<Record<string, Generator>> = {
  brackets: (n) => times(n, "["),
  closedBrackets: (n) => times(n, "[") + times(n, "]"),
  braces: (n) => times(n, "{a: "),
  closedBraces: (n) => `${times(n, "{a: ")}1${times(n, "}")}`,
  dashes: (n) => `${times(n, "- ")}x`,
  questions: (n) => `${times(n, "? ")}x`,
  dashedQuestions: (n) => `${times(n / 2, "- ? ")}x`,
  mixed: (n) => times(n / 2, "[{a: "),
  // A column more each line: n² bytes, so that limits of bytes meet it long before.
  indented: (n) => lines(Math.min(n, 2_000), (index) => `${" ".repeat(index)}a:`),
};

/** Texts of about `n` bytes that make some part of a reader work hard, each shape another. */
export const floods: Readonly<Record<string, Generator>> = {
  blankLines: (n) => `a: 1\n${times(n, "\n")}`,
  windowsLines: (n) => `a: 1${times(n / 2, "\r\n")}`,
  returns: (n) => `a: 1${times(n, "\r")}`,
  spaces: (n) => `a:${times(n, " ")}b`,
  tabs: (n) => `a:${times(n, "\t")}b`,
  comment: (n) => `a: 1 ${times(n, "#")}`,
  comments: (n) => times(n / 2, "#\n"),
  spacedComment: (n) => `a: 1 #${times(n / 2, " #")}`,
  plain: (n) => `a: ${times(n, "x")}`,
  plainWords: (n) => `a: ${times(n / 2, "x ")}`,
  plainLines: (n) => `a: x\n${times(n / 3, " y\n")}`,
  plainColons: (n) => `a: ${times(n / 2, "x:")}`,
  plainHashes: (n) => `a: ${times(n / 2, "x#")}`,
  single: (n) => `a: '${times(n, "x")}'`,
  singleQuotes: (n) => `a: '${times(n / 2, "''")}'`,
  singleLines: (n) => `a: '${times(n / 2, "\n ")}'`,
  singleSpaces: (n) => `a: '${times(n, " ")}x'`,
  singleOpen: (n) => `a: '${times(n / 2, "x\n")}`,
  double: (n) => `a: "${times(n, "x")}"`,
  doubleEscapes: (n) => `a: "${times(n / 2, "\\n")}"`,
  doubleUnicode: (n) => `a: "${times(n / 6, "\\u0041")}"`,
  doubleLines: (n) => `a: "${times(n / 2, "\n ")}"`,
  doubleJoined: (n) => `a: "${times(n / 3, "\\\n ")}"`,
  doubleSpaces: (n) => `a: "${times(n, " ")}x"`,
  doubleOpen: (n) => `a: "${times(n / 2, '\\"')}`,
  literal: (n) => `a: |\n${times(n / 3, " x\n")}`,
  literalSpaces: (n) => `a: |\n ${times(n, " ")}`,
  literalBlank: (n) => `a: |\n x\n${times(n, "\n")}`,
  literalKept: (n) => `a: |+\n x\n${times(n, "\n")}`,
  literalStripped: (n) => `a: |-\n x\n${times(n / 2, " \n")}`,
  folded: (n) => `a: >\n${times(n / 3, " x\n")}`,
  foldedBlank: (n) => `a: >\n${times(n / 4, " x\n\n")}`,
  foldedSteps: (n) => `a: >\n${times(n / 7, "  x\n x\n")}`,
  keys: (n) => lines(n / 8, (index) => `k${index}: 1`),
  flowKeys: (n) => `{${lines(n / 9, (index) => `k${index}: 1,`)}}`,
  sameKey: (n) => times(n / 5, "a: 1\n"),
  longKey: (n) => `${times(n, "k")}: 1`,
  quotedKey: (n) => `"${times(n, "k")}": 1`,
  spacedKey: (n) => `a${times(n, " ")}: 1`,
  blockKey: (n) => `? |\n${times(n / 3, " x\n")}: 1`,
  items: (n) => times(n / 4, "- x\n"),
  flowItems: (n) => `[${times(n / 2, "1,")}1]`,
  commas: (n) => `[${times(n, ",")}]`,
  colons: (n) => times(n / 2, ": "),
  flowLines: (n) => `[${times(n, "\n")}]`,
  flowWords: (n) => `[ ${times(n / 2, "x ")}]`,
  flowWordLines: (n) => `[ ${times(n / 2, "x\n")}]`,
  flowComments: (n) => `[${times(n / 2, "#\n")}]`,
  anchors: (n) => `a: ${times(n / 3, "&a ")}`,
  aliases: (n) => `[${times(n / 3, "*a,")}]`,
  tags: (n) => `a: ${times(n / 3, "!a ")}`,
  documents: (n) => times(n / 4, "---\n"),
  endings: (n) => times(n / 4, "...\n"),
  directives: (n) => times(n / 3, "%A\n"),
  digits: (n) => `a: ${times(n, "9")}`,
  zeros: (n) => `a: 0.${times(n, "0")}`,
  hex: (n) => `a: 0x${times(n, "f")}`,
  exponent: (n) => `a: 1e${times(n, "9")}`,
  minus: (n) => `a: ${times(n, "-")}`,
  stars: (n) => times(n, "*"),
  bangs: (n) => times(n, "!"),
  pipes: (n) => times(n, "|"),
  closings: (n) => times(n, "]"),
  backticks: (n) => times(n, "`"),
  nulls: (n) => times(n, "\u0000"),
  marks: (n) => times(n / 3, "\ufeff"),
  surrogates: (n) => `a: ${times(n / 3, "\ud800")}`,
  faces: (n) => `a: ${times(n / 4, "\u{1f600}")}`,
};

/** An alias bomb: each level is twice the one before. */
export function bomb(levels: number): string {
  return lines(levels, (level) => `l${level}: &l${level} [${level === 0 ? "x, x" : `*l${level - 1}, *l${level - 1}`}]`);
}

/** The text a name stands for, as in `brackets(100000)`. Throws for a name nobody gave. */
export function hostileText(name: string, n: number): string {
  const generator = name === "bomb" ? bomb : (deep[name] ?? floods[name]);
  if (generator === undefined) throw new RangeError(`no generator is called ${name}`);
  return generator(n);
}
