/** A rule as a sentence: `must begin with /` → `Must begin with /.` */
export function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}

const instants = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g;
const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Text of the server's with each RFC 3339 instant in it written as this reader's local time. */
export function withLocalTimes(text: string): string {
  return text.replace(instants, (instant) => local.format(new Date(instant)));
}

/** A name of the API in words: `CrashLoop` → `Crash loop`. */
export function spaced(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
