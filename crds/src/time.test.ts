import { describe, expect, it } from "vitest";
import { fromRfc3339, toMicroTime, toRfc3339 } from "./time.ts";

const instant = Date.UTC(2030, 1, 3, 4, 5, 6, 789);

describe("fromRfc3339", () => {
  it.each([
    ["2030-02-03T04:05:06Z", instant - 789],
    ["2030-02-03T04:05:06.789Z", instant],
    ["2030-02-03T04:05:06.789000Z", instant],
    ["2030-02-03T05:05:06.789+01:00", instant],
  ])("reads %s", (text, expected) => {
    expect(fromRfc3339(text)).toBe(expected);
  });

  it.each(["", "2030-02-03", "2030-02-03 04:05:06Z", "2030-13-03T04:05:06Z", "2030-02-03T04:05:06", "now", "1"])(
    "says that %j is no instant",
    (text) => {
      expect(fromRfc3339(text)).toBeUndefined();
    },
  );
});

describe("writing", () => {
  it("gives a Time whole seconds, as Kubernetes does", () => {
    expect(toRfc3339(instant)).toBe("2030-02-03T04:05:06Z");
  });

  it("gives a MicroTime six digits", () => {
    expect(toMicroTime(instant)).toBe("2030-02-03T04:05:06.789000Z");
  });
});
