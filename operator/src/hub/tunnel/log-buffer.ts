import type { LogFrame } from "@skypanel/control-plane/contract/agent.ts";
import { limits } from "@skypanel/crds/limits.ts";

interface Kept {
  readonly json: string;
  readonly bytes: number;
  /** The instance whose line this is; undefined for what is never dropped. */
  readonly line: string | undefined;
}

/** Frames on their way to a slow reader. Above 256 KiB the oldest lines go, and the reader is told how many. */
export class LogBuffer {
  #kept: Kept[] = [];
  #bytes = 0;
  readonly #dropped = new Map<string, number>();

  push(frame: LogFrame): void {
    const json = `${JSON.stringify(frame)}\n`;
    const bytes = Buffer.byteLength(json);
    this.#kept.push({ json, bytes, line: frame.t === "line" ? frame.instance : undefined });
    this.#bytes += bytes;
    if (this.#bytes > limits.logs.bufferBytes) this.#drop();
  }

  /** Frames of about `bytes`, oldest first, taken out of the buffer; "" if there is nothing. What was dropped comes first. */
  take(bytes: number): string {
    const parts = [...this.#dropped].map(
      ([instance, lines]) => `${JSON.stringify({ t: "dropped", instance, lines })}\n`,
    );
    this.#dropped.clear();
    let size = 0;
    let count = 0;
    for (const { json, bytes: length } of this.#kept) {
      if (count > 0 && size + length > bytes) break;
      parts.push(json);
      size += length;
      count += 1;
    }
    this.#kept.splice(0, count);
    this.#bytes -= size;
    return parts.join("");
  }

  /** True above half: time for the source to wait a moment, if it can. */
  get isFilling(): boolean {
    return this.#bytes > limits.logs.bufferBytes / 2;
  }

  /**
   * Down to three quarters at once, so that a reader who stands still costs one pass per many lines. Lines go first; of an
   * app that restarts for hours meanwhile the oldest news of its instances goes too.
   */
  #drop(): void {
    const aim = (limits.logs.bufferBytes * 3) / 4;
    this.#kept = this.#kept.filter((kept) => {
      if (this.#bytes <= aim || kept.line === undefined) return true;
      this.#dropped.set(kept.line, (this.#dropped.get(kept.line) ?? 0) + 1);
      this.#bytes -= kept.bytes;
      return false;
    });
    this.#kept = this.#kept.filter(({ bytes }) => {
      if (this.#bytes <= aim) return true;
      this.#bytes -= bytes;
      return false;
    });
  }
}
