import type { RegisterBody } from "@skypanel/control-plane/contract/agent.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { backoff } from "./backoff.ts";
import { type ControlPlane, Refused } from "./control-plane.ts";
import type { Identity } from "./keys.ts";

export interface RegisterOptions {
  readonly controlPlane: ControlPlane;
  readonly identity: () => Identity;
  readonly versions: RegisterBody["versions"];
  readonly kubeSystemUid: string;
  /** The registration token as it is now; undefined if no file holds one. Read anew at each try: a person may replace it. */
  readonly readToken: () => Promise<string | undefined>;
  /** Keeps the id, in the identity and in the cluster. */
  readonly remember: (clusterId: string) => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/** How far joining is, for the status page and for whoever needs our credential. */
export interface Membership {
  /** Undefined once registered, else the sentence that says why not. */
  problem(): string | undefined;
  /** Resolves when the control plane counts us as registered; retries for ever, rejects only when aborted. */
  join(signal: AbortSignal): Promise<void>;
}

const approvalMs: Millis = 5_000;
const noToken = "no registration token: put one into the Secret that the chart's registration.existingSecret names";

/** Joins the control plane: registers if it must, then waits while an administrator has to approve. */
export function membership(options: RegisterOptions): Membership {
  const { clock, log } = options;
  const pause = backoff(options.random);
  let problem: string | undefined = "registration has not been tried yet";

  const attempt = async (signal: AbortSignal): Promise<Millis | undefined> => {
    const { clusterId, slug, state } = await standing(options, signal);
    pause.succeeded();
    if (state === "Registered") {
      log.info({ clusterId, slug }, "registered with the control plane");
      problem = undefined;
      return undefined;
    }
    say("an administrator must approve this cluster: its registration token was presented by another one too");
    return approvalMs;
  };
  const say = (next: string) => {
    if (next !== problem) log.warn({ why: next }, "not registered yet");
    problem = next;
  };
  const join = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const wait = await attempt(signal).catch((error: unknown) => {
        signal.throwIfAborted();
        say(error instanceof Error ? error.message : String(error));
        return pause.failed(error instanceof Refused ? error.retryAfterMs : undefined);
      });
      if (wait === undefined) return;
      await clock.sleep(wait, signal);
    }
  };
  return { problem: () => problem, join };
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
