import type { ReportsBody } from "@skypanel/control-plane/contract/agent.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { ControlPlane } from "./control-plane.ts";

/** What becomes of one message. `late` arrives an hour after its answer was given up; `behind` after its successor. */
const fates = ["arrives", "twice", "unanswered", "lost", "late", "behind"] as const;

/** The far end of the line. */
export type FarEnd = Pick<ControlPlane, "epoch" | "reports">;

/** A line to the control plane that loses, repeats and holds back messages, for tests. */
export interface ABadLine extends FarEnd {
  /** How many messages reached the far end. */
  delivered(): number;
  /** From now on each message arrives once. */
  heal(): void;
}

const hourMs: Millis = 3_600_000;

/** A line to `far` whose messages end as `pick` says; `arrived` is told of each that did, with what came of it. */
export function aBadLine(
  far: FarEnd,
  clock: Pick<Clock, "setTimer">,
  pick: <T>(list: readonly T[]) => T,
  arrived: (body: ReportsBody, receipt: unknown) => void | Promise<void> = () => {},
): ABadLine {
  let delivered = 0;
  let isBad = true;
  let held: ReportsBody[] = [];
  const never = AbortSignal.timeout(600_000);

  const deliver = async (body: ReportsBody, signal: AbortSignal): Promise<boolean> => {
    delivered += 1;
    try {
      const accepted = await far.reports(body, signal);
      await arrived(body, accepted);
      return accepted;
    } catch (error) {
      await arrived(body, error);
      throw error;
    }
  };
  // What comes late or again is answered too, but nobody hears it any more.
  const unheard = (body: ReportsBody) =>
    deliver(body, never).then(
      () => {},
      () => {},
    );
  const send = async (body: ReportsBody, signal: AbortSignal): Promise<boolean> => {
    const before = held;
    held = [];
    const fate = isBad ? pick(fates) : "arrives";
    if (fate === "late") clock.setTimer(hourMs, () => void unheard(body));
    if (fate === "behind") held = [body];
    const isSent = fate === "arrives" || fate === "twice" || fate === "unanswered";
    const answer = isSent ? await deliver(body, signal).finally(() => again(before)) : await again(before);
    if (fate === "twice") await unheard(body);
    if (fate === "arrives" || fate === "twice") return answer === true;
    throw new Error(`no answer: ${fate}`);
  };
  const again = async (bodies: readonly ReportsBody[]) => {
    for (const body of bodies) await unheard(body);
  };
  return {
    epoch: (signal) => far.epoch(signal),
    reports: send,
    delivered: () => delivered,
    heal: () => {
      isBad = false;
    },
  };
}
