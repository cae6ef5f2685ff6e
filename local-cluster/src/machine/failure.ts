/** A failure whose message is written for the person at the terminal: what is wrong and what to do, without a stack. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** Prints why a command failed and sets its exit code: a Failure as one line, anything else (a bug of ours) with its stack. */
export function reportFailure(error: unknown): void {
  const text = error instanceof Failure ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
