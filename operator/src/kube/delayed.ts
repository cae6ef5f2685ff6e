import type { Clock, Millis } from "@skypanel/runtime/clock.ts";

interface Due {
  readonly value: string;
  at: Millis;
}

/** Values that wait for their time. */
export interface Delayed {
  /** Hands `value` to `onDue` at `at` (monotonic), and no longer at the time it was added with before. */
  add(value: string, at: Millis): void;
  remove(value: string): void;
  size(): number;
  stop(): void;
}

/** A heap on one timer: a timer for each of 10,000 keys would cost more than the keys. */
export function delayed(clock: Clock, onDue: (value: string) => void): Delayed {
  const waiting = heap();
  let armedFor = Number.POSITIVE_INFINITY;
  let cancel = () => {};

  const arm = () => {
    const first = waiting.first();
    if (first?.at === armedFor) return;
    cancel();
    armedFor = first?.at ?? Number.POSITIVE_INFINITY;
    cancel = first === undefined ? () => {} : clock.setTimer(Math.max(0, first.at - clock.monotonic()), fire);
  };
  const fire = () => {
    const now = Math.max(clock.monotonic(), armedFor); // a timer may be early by a fraction
    armedFor = Number.POSITIVE_INFINITY;
    for (let first = waiting.first(); first !== undefined && first.at <= now; first = waiting.first()) {
      waiting.remove(first.value);
      onDue(first.value);
    }
    arm();
  };
  return {
    add: (value, at) => {
      waiting.set(value, at);
      arm();
    },
    remove: (value) => {
      waiting.remove(value);
      arm();
    },
    size: waiting.size,
    stop: () => cancel(),
  };
}

/** A binary heap that knows where each value stands, so that one can move or leave without a search. */
function heap() {
  const items: Due[] = [];
  const places = new Map<string, number>();

  const timeAt = (place: number): Millis => items[place]?.at ?? Number.POSITIVE_INFINITY;
  const put = (place: number, item: Due) => {
    items[place] = item;
    places.set(item.value, place);
  };
  const swap = (a: number, b: number) => {
    const [x, y] = [items[a], items[b]];
    if (x === undefined || y === undefined) return;
    put(a, y);
    put(b, x);
  };
  const rise = (from: number) => {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (timeAt(parent) <= timeAt(child)) return;
      swap(parent, child);
      child = parent;
    }
  };
  const sink = (from: number) => {
    for (let parent = from; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      const child = timeAt(right) < timeAt(left) ? right : left;
      if (timeAt(child) >= timeAt(parent)) return;
      swap(parent, child);
      parent = child;
    }
  };
  const settle = (place: number) => {
    rise(place);
    sink(place);
  };

  return {
    first: (): Due | undefined => items[0],
    size: () => items.length,
    set: (value: string, at: Millis) => {
      const place = places.get(value) ?? items.length;
      put(place, { value, at });
      settle(place);
    },
    remove: (value: string) => {
      const place = places.get(value);
      if (place === undefined) return;
      swap(place, items.length - 1);
      items.pop();
      places.delete(value);
      if (place < items.length) settle(place);
    },
  };
}
