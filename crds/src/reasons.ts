/** How a reason stands: o fine, p in progress, f failing and retried, s stalled until a person acts. */
export type ReasonClass = "o" | "p" | "f" | "s";

interface Entry {
  readonly class: ReasonClass;
  readonly cause: string;
  readonly remedy: string;
}

const o = <C extends string, R extends string>(cause: C, remedy: R) => ({ class: "o", cause, remedy }) as const;
const p = <C extends string, R extends string>(cause: C, remedy: R) => ({ class: "p", cause, remedy }) as const;
const f = <C extends string, R extends string>(cause: C, remedy: R) => ({ class: "f", cause, remedy }) as const;
const s = <C extends string, R extends string>(cause: C, remedy: R) => ({ class: "s", cause, remedy }) as const;

/** The closed catalogue: every reason a condition, an event or a page may give, with its cause and its remedy. */
export const reasons = {
  Running: o("It is as asked.", ""),
  Completed: o("It is as asked.", ""),
  Pinned: o("Held at release {n} until {when}.", "Unpin to go on."),
  Stopped: o("{who} stopped it.", "Start it to run again."),
  Paused: o("{who} paused it with an annotation.", "Remove the annotation paas.skypanel.io/paused."),
  Queued: p("Queued since {time}.", "Wait."),
  Building: p("Being built since {time}.", "Wait."),
  Releasing: p("The release command runs since {time}.", "Wait."),
  RollingOut: p("Under way since {time}.", "Wait."),
  CertificatePending: p("The certificate is being issued since {time}.", "Wait."),
  Deleting: p("Being deleted since {time}.", "Wait."),
  DependencyNotReady: p("Waits for {kind} {name}.", "Look there."),
  WalletEmpty: s("The next hour cannot be held.", "Top up; it resumes."),
  SuspendedByAdmin: s("The provider suspended it: {why}.", "Contact the provider."),
  ImagePullFailed: f("{image} cannot be pulled: {why}.", "Check name and access."),
  CrashLoop: s("Exited 3 times in 5 min, code {code}.", "Read the last lines; deploy a fix."),
  OutOfMemory: f("It passed its {limit} of memory.", "Use less or a larger plan."),
  StartFailed: f("The container cannot start: {why}.", "Correct command or configuration."),
  Unschedulable: f("No machine has room for {request}.", "Choose a smaller plan or add machines."),
  QuotaExceeded: f("The quota of {resource} is used up.", "Free some or raise it."),
  PortNotListening: f("Nothing listens on {port}.", "Listen on 0.0.0.0:$PORT."),
  ProbeFailing: f("{path} answers {result}.", "Fix the endpoint or the probe."),
  PartlyAvailable: f("{n} of {m} instances are ready.", "See the failing ones."),
  ReleaseCommandFailed: s("The release command exited {code}; the old version serves.", "Fix it; deploy again."),
  ProgressDeadline: s("Not ready after {time}.", "See the logs; roll back."),
  RolledBack: s("Release {n} failed; {m} serves.", "See its logs; deploy a fix."),
  DnsNotPointing: f("{host} does not point here.", "Set the shown record."),
  HostnameTaken: s("Another app has {host}.", "Choose another."),
  CertificateRefused: f("The issuer refused: {why}.", "Correct DNS or CAA."),
  BuildFailed: s("Stage {stage} failed: {line}.", "See the build log."),
  BuildTimedOut: s("It took longer than {deadline}.", "Shorten it or raise the limit."),
  BuildSuperseded: o("A newer commit replaced it.", ""),
  BuildCancelled: o("{who} ended it.", ""),
  BackupFailed: f("No good backup since {time}: {why}.", "Check the storage."),
  BackupUnverified: f("No verified backup since {time}: {why}.", "Check the storage."),
  DeletionProtected: s("Deletion protection is on.", "Turn it off first."),
  SecretUnreadable: s("{name} cannot be opened here: {why}.", "Save it again."),
  ReferenceMissing: f("{kind} {name} does not exist.", "Create it or unlink."),
  SpecInvalid: s("{field}: {problem}.", "Correct it."),
  ImmutableField: s("{field} cannot change.", "Recreate the object."),
  NamespaceNotManaged: s("No tenant owns this namespace.", "Use a tenant's."),
  NameTaken: f("{kind} {name} is not ours.", "Rename or remove it."),
  ManagedElsewhere: s("kubectl manages it.", "Remove one of the two."),
  RenderEmpty: f("A fault of ours, {id}.", "Report the id."),
  InternalError: f("A fault of ours, {id}.", "Report the id."),
  PruneHeld: s("{n} removals wait.", "Confirm, or restore the files."),
  PermissionMissing: f("May not {verb} {resource}.", "Upgrade the chart."),
  ApiUnavailable: f("The cluster's API does not answer.", "Check the API server."),
  SourceUnreachable: f("Git cannot be fetched: {why}.", "Check network and identity."),
  SourceInvalid: f("{file}:{line}: {problem}.", "Correct the file."),
  HistoryRewritten: s("The commit does not follow the applied one.", "Restore the branch."),
  ClusterSilent: f("Not heard of since {time}.", "Check the cluster."),
} as const satisfies Record<string, Entry>;

export type ReasonName = keyof typeof reasons;

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** What the sentences of reason `N` need filled in; an empty object if nothing. */
export type FillOf<N extends ReasonName> = Record<Placeholders<(typeof reasons)[N]["cause"]>, string | number>;

/** A reason with its sentences filled in; `message` is what a condition carries. */
export interface Reason {
  name: ReasonName;
  class: ReasonClass;
  cause: string;
  remedy: string;
  message: string;
}

const fillLength = 300;
// Text from a cluster or a customer goes into sentences people read: no control, bidi or line characters.
const unprintable = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** The reason `name` with its placeholders filled; each filled-in text is made printable and cut to 300 characters. */
export function reason<N extends ReasonName>(name: N, fill: FillOf<N>): Reason {
  const entry: Entry = reasons[name];
  const values: Record<string, string | number> = fill;
  const cause = entry.cause.replace(/\{(\w+)\}/g, (_, key: string) => printable(values[key] ?? ""));
  return { name, class: entry.class, cause, remedy: entry.remedy, message: `${cause} ${entry.remedy}`.trim() };
}

function printable(value: string | number): string {
  const text = String(value).replace(unprintable, " ").trim().replace(/\.$/, "");
  return text.length > fillLength ? `${text.slice(0, fillLength - 1)}…` : text;
}

/** All reason names, for the enum of `status.conditions[].reason`. */
export const reasonNames: readonly ReasonName[] = Object.keys(reasons).filter(
  (name) => name in reasons,
) as ReasonName[]; // keys of the literal above
