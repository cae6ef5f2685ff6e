import type { Clock, Millis } from "@skypanel/runtime/clock.ts";

interface Due {
  readonly at: Millis;
  readonly value: string;
}

/** Values that wait for their time. */
export interface Delayed {
  /** Hands `value` to `onDue` at `at` (monotonic). A value added twice is handed over twice. */
  add(value: string, at: Millis): void;
  stop(): void;
}

/** A binary heap on one timer: a timer for each of 10,000 keys would cost more than the keys. */
export function delayed(clock: Clock, onDue: (value: string) => void): Delayed {
  const heap: Due[] = [];
  let armedFor = Number.POSITIVE_INFINITY;
  let cancel = () => {};

  const arm = () => {
    const first = heap[0];
    if (first === undefined || first.at >= armedFor) return;
    cancel();
    armedFor = first.at;
    cancel = clock.setTimer(Math.max(0, first.at - clock.monotonic()), fire);
  };
  const fire = () => {
    armedFor = Number.POSITIVE_INFINITY;
    const now = clock.monotonic();
    for (let first = heap[0]; first !== undefined && first.at <= now; first = heap[0]) {
      pop(heap);
      onDue(first.value);
    }
    arm();
  };
  return {
    add: (value, at) => {
      push(heap, { value, at });
      arm();
    },
    stop: () => cancel(),
  };
}

function swap(heap: Due[], a: number, b: number): void {
  const [x, y] = [heap[a], heap[b]];
  if (x === undefined || y === undefined) return;
  heap[a] = y;
  heap[b] = x;
}

function at(heap: readonly Due[], index: number): Millis {
  return heap[index]?.at ?? Number.POSITIVE_INFINITY;
}

function push(heap: Due[], due: Due): void {
  heap.push(due);
  for (let child = heap.length - 1; child > 0; ) {
    const parent = (child - 1) >> 1;
    if (at(heap, parent) <= at(heap, child)) return;
    swap(heap, parent, child);
    child = parent;
  }
}

function pop(heap: Due[]): void {
  swap(heap, 0, heap.length - 1);
  heap.pop();
  for (let parent = 0; ; ) {
    const [left, right] = [2 * parent + 1, 2 * parent + 2];
    const child = at(heap, right) < at(heap, left) ? right : left;
    if (at(heap, child) >= at(heap, parent)) return;
    swap(heap, parent, child);
    parent = child;
  }
}
