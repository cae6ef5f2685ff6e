const REMINDER_MS = 30_000;

/** Where the steps of a long command are told: the terminal, and whoever else listens. */
export type Progress = {
  /** Does one named step; says when it begins, each half minute, and how long it took. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Says one line. */
  say(text: string): void;
};

/** Returns a Progress that writes lines with the seconds since the command began, and tells `onStep` each step's name. */
export function createProgress(
  write: (line: string) => void,
  onStep: (name: string) => void = () => undefined,
): Progress {
  const began = performance.now();
  const say = (text: string) => write(`${seconds(performance.now() - began).padStart(7)}  ${text}\n`);
  return {
    say,
    async step(name, work) {
      const start = performance.now();
      say(`${name} …`);
      onStep(name);
      const reminder = setInterval(() => say(`${name} … (${seconds(performance.now() - start)} so far)`), REMINDER_MS);
      try {
        const result = await work();
        say(`${name}: done in ${seconds(performance.now() - start)}`);
        return result;
      } finally {
        clearInterval(reminder);
      }
    },
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
