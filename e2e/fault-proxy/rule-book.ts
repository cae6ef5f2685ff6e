import type { Asked, Call } from "./call.ts";
import { type Action, type EventSeen, isMet, type Rule, speaksOf, speaksOfEvent } from "./rule.ts";

/** A rule in force. */
export interface Armed {
  readonly rule: Rule;
  /** Resolves when the rule is taken back: what it holds goes on. */
  readonly released: Promise<void>;
  isReleased(): boolean;
}

/** The rules in force, in the order they were armed: the first that meets a call decides, all that speak of it count it. */
export interface RuleBook {
  /** Puts a rule in force; the returned function takes it back. `onHit` hears of each call or event it meets. */
  arm(rule: Rule, onHit?: (what: Asked) => void): () => void;
  /** Takes all rules back. */
  heal(): void;
  forCall(call: Asked): Armed | undefined;
  forEvent(call: Asked, event: () => EventSeen): Armed | undefined;
  /** Resolves when a later call the rule speaks of has ended. */
  successorOf(call: Call, armed: Armed): Promise<void>;
  /** To be told of each call that ended. */
  ended(call: Call): void;
  /** The first rule in force with this action. */
  find(type: Action["type"]): Armed | undefined;
}

const onEvents: ReadonlySet<Action["type"]> = new Set(
  "drop cut hold delay duplicate reorder lose answer truncate halfLine freeze refuse".split(" ") as Action["type"][], // as spelt above
);

/** Throws when the action cannot be done to what the rule matches. */
function check({ match, action }: Rule): void {
  if (match.event !== undefined && !onEvents.has(action.type)) {
    throw new Error(`${action.type} is done to calls, not to events of a watch`);
  }
}

/** Returns a book without rules. `onChange` hears of each rule that comes and goes. */
export function ruleBook(onChange: () => void = () => {}): RuleBook {
  const entries = new Set<Entry>();
  const waiting = new Set<{ readonly rule: Rule; readonly after: number; readonly go: () => void }>();
  const release = (entry: Entry) => {
    if (!entries.delete(entry)) return;
    entry.end();
    onChange();
  };
  const decide = (what: Asked, speaks: (entry: Entry) => boolean): Armed | undefined => {
    let found: Entry | undefined;
    for (const entry of entries) {
      if (!speaks(entry)) continue;
      entry.count += 1;
      if (isMet(entry.rule.match, entry.count)) found ??= entry;
    }
    found?.onHit(what);
    return found;
  };
  return {
    arm: (rule, onHit = () => {}) => {
      check(rule);
      const entry = entryOf(rule, onHit);
      entries.add(entry);
      onChange();
      return () => release(entry);
    },
    heal: () => {
      for (const entry of [...entries]) release(entry);
    },
    forCall: (call) =>
      decide(call, ({ rule: { match, action } }) => {
        return match.event === undefined && action.type !== "wrongCertificate" && speaksOf(match, call);
      }),
    forEvent: (call, event) => {
      const speaking = [...entries].filter(({ rule: { match } }) => match.event !== undefined && speaksOf(match, call));
      if (speaking.length === 0) return undefined; // so that lines are only read when a rule asks for it
      const seen = event();
      return decide(call, (entry) => speaking.includes(entry) && speaksOfEvent(entry.rule.match, seen));
    },
    successorOf: ({ n: after }, { rule }) => new Promise((go) => waiting.add({ rule, after, go })),
    ended: (call) => {
      for (const one of waiting) {
        if (call.n <= one.after || !speaksOf(one.rule.match, call)) continue;
        waiting.delete(one);
        one.go();
      }
    },
    find: (type) => [...entries].find(({ rule }) => rule.action.type === type),
  };
}

interface Entry extends Armed {
  count: number;
  readonly onHit: (what: Asked) => void;
  readonly end: () => void;
}

function entryOf(rule: Rule, onHit: (what: Asked) => void): Entry {
  const { promise: released, resolve } = Promise.withResolvers<void>();
  let isReleased = false;
  const end = () => {
    isReleased = true;
    resolve();
  };
  return { rule, released, isReleased: () => isReleased, count: 0, onHit, end };
}
