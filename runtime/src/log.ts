import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

/** Levels a server may be started with. */
export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

export interface LogOptions {
  /** Which server speaks: `operator`, `control-plane`. */
  name: string;
  level: (typeof logLevels)[number];
  /** Where lines go; standard output if absent. */
  destination?: DestinationStream;
}

const secretNames = ["password", "token", "secret", "authorization", "cookie", "set-cookie", "privateKey", "apiKey"];
const secretPaths = secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
// The last line of defence: whatever field or message a credential slipped into, its shape gives it away.
const secretShapes =
  /\bsp_[a-z]{2,8}_[\w-]{16,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|AGE-SECRET-KEY-1[\dA-Z]+|(?<=:\/\/[^\s:@/"]{1,64}:)[^\s@/"]{1,256}(?=@)/g;

/** A JSON logger that writes no secret it can recognise, by field name or by shape. */
export function createLog({ name, level, destination }: LogOptions): Log {
  return pino(
    {
      name,
      level,
      base: {},
      redact: { paths: secretPaths, censor: "[redacted]" },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: (line) => line.replace(secretShapes, "[redacted]") },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
