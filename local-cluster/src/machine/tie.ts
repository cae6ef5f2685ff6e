/**
 * Returns the command line under which a program is asked to stop by the kernel when the process that starts it dies, in
 * whatever way it dies. Only Linux can do that; elsewhere it is the plain command line.
 */
export function tied(program: string, args: readonly string[]): readonly [string, ...string[]] {
  if (process.platform !== "linux") return [program, ...args];
  return ["setpriv", "--pdeathsig", "TERM", "--", program, ...args];
}
