import { type RefObject, useEffect, useRef, useState } from "react";

// A wheel's last scroll events come a little after the wheel itself.
const intentMillis = 600;

/**
 * Follow is an intent: only the person's own scrolling or a key changes it, never a layout that moved by itself.
 * Returns whether the view follows, and the way to say so.
 */
export function useFollow(scroller: RefObject<HTMLElement | null>): [boolean, (follow: boolean) => void] {
  const [follow, setFollow] = useState(true);
  const intent = useRef(0);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const mean = (event: Event) => {
      intent.current = event.timeStamp;
    };
    const scrolled = (event: Event) => {
      if (event.timeStamp - intent.current > intentMillis) return;
      setFollow(element.scrollHeight - element.scrollTop - element.clientHeight < 4);
    };
    const causes = ["wheel", "touchmove", "pointerdown", "pointermove", "keydown"] as const;
    for (const cause of causes) element.addEventListener(cause, mean, { passive: true });
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      for (const cause of causes) element.removeEventListener(cause, mean);
      element.removeEventListener("scroll", scrolled);
    };
  }, [scroller]);
  return [follow, setFollow];
}
