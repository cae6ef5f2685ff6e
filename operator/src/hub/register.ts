import type { RegisterBody } from "@skypanel/control-plane/contract/agent.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { backoff } from "./backoff.ts";
import { type ControlPlane, Refused } from "./control-plane.ts";
import type { Identity } from "./keys.ts";

export interface RegisterOptions {
  readonly controlPlane: Pick<ControlPlane, "register" | "registration">;
  readonly identity: () => Identity;
  readonly versions: RegisterBody["versions"];
  readonly kubeSystemUid: string;
  /** The registration token as it is now; undefined if no file holds one. Read anew at each try: a person may replace it. */
  readonly readToken: () => Promise<string | undefined>;
  /** Keeps the id, in the identity and in the cluster. */
  readonly remember: (clusterId: string) => Promise<void>;
  /** Told each new reason why we are not registered yet. */
  readonly onWaiting: (why: string) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

const approvalMs: Millis = 5_000;
const noToken = "no registration token: put one into the Secret that the chart's registration.existingSecret names";
const waiting = "an administrator must approve this cluster: its registration token was presented by another one too";

/**
 * Joins the control plane: registers if it must, then waits while an administrator has to approve. Tries for ever, says
 * each new reason once, and rejects only when aborted.
 */
export async function join(options: RegisterOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = options;
  const pause = backoff(options.random);
  let said = "";
  const say = (why: string) => {
    if (why === said) return;
    said = why;
    log.warn({ why }, "not registered yet");
    options.onWaiting(why);
  };
  const attempt = async (): Promise<Millis | undefined> => {
    const { clusterId, slug, state } = await standing(options, signal);
    pause.succeeded();
    if (state === "PendingApproval") {
      say(waiting);
      return approvalMs;
    }
    log.info({ clusterId, slug }, "registered with the control plane");
    return undefined;
  };
  for (;;) {
    signal.throwIfAborted();
    const wait = await attempt().catch((error: unknown) => {
      signal.throwIfAborted();
      say(error instanceof Error ? error.message : String(error));
      return pause.failed(error instanceof Refused ? error.retryAfterMs : undefined);
    });
    if (wait === undefined) return;
    await clock.sleep(wait, signal);
  }
}

async function standing(options: RegisterOptions, signal: AbortSignal) {
  const { controlPlane, identity } = options;
  if (identity().clusterId === undefined) return present(options, signal);
  try {
    return await controlPlane.registration(signal);
  } catch (error) {
    // Unknown there: removed, or restored from an older copy. A new token lets us in again under our old key.
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    return present(options, signal, error);
  }
}

async function present(options: RegisterOptions, signal: AbortSignal, otherwise?: Error) {
  const { controlPlane, identity, versions, kubeSystemUid } = options;
  const token = await options.readToken();
  if (token === undefined) throw otherwise ?? new Error(noToken);
  const { publicKey, ageRecipient } = identity();
  const reply = await controlPlane.register(token, { publicKey, ageRecipient, kubeSystemUid, versions }, signal);
  await options.remember(reply.clusterId);
  return reply;
}
