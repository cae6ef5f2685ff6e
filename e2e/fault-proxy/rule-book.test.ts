import { expect, test } from "vitest";
import { asked } from "./call.ts";
import type { Match } from "./rule.ts";
import { ruleBook } from "./rule-book.ts";

const calls = ["a", "b", "a", "c", "a"].map((name) => asked("GET", `/api/v1/namespaces/shop/pods/${name}`));

/** Which of the calls (from 1) a rule meets. */
const met = (match: Match): number[] => {
  const book = ruleBook();
  book.arm({ match, action: { type: "drop" } });
  return calls.flatMap((call, index) => (book.forCall(call) === undefined ? [] : [index + 1]));
};

test.each<[Match, number[]]>([
  [{}, [1, 2, 3, 4, 5]],
  [{ name: "a" }, [1, 3, 5]],
  [{ name: "/^[bc]$/" }, [2, 4]],
  [{ verb: "get", group: "", namespace: "shop", resource: "pods", subresource: "" }, [1, 2, 3, 4, 5]],
  [{ verb: "list" }, []],
  [{ path: "/pods.b/" }, [2]],
  [{ nth: 4 }, [4]],
  [{ name: "a", nth: 2 }, [3]],
  [{ name: "a", from: 2 }, [3, 5]],
  [{ from: 2, times: 2 }, [2, 3]],
  [{ times: 0 }, []],
  [{ event: {} }, []],
])("%j meets calls %j", (match, expected) => {
  expect(met(match)).toEqual(expected);
});

test("the first rule decides, each counts", () => {
  const book = ruleBook();
  book.arm({ match: { name: "a" }, action: { type: "drop" } });
  book.arm({ match: { from: 3 }, action: { type: "cut" } });
  expect(calls.map((call) => book.forCall(call)?.rule.action.type)).toEqual(["drop", undefined, "drop", "cut", "drop"]);
});

test("a rule taken back meets nothing, and lets go what it held", async () => {
  const book = ruleBook();
  const back = book.arm({ match: {}, action: { type: "hold" } });
  const armed = book.forCall(calls[0] ?? asked("GET", "/"));
  expect(armed?.isReleased()).toBe(false);
  back();
  await armed?.released;
  expect([armed?.isReleased(), met({ times: 0 }), book.forCall(calls[1] ?? asked("GET", "/"))]).toEqual([
    true,
    [],
    undefined,
  ]);
});

test("tells who armed it of each call it meets", () => {
  const book = ruleBook();
  const hits: string[] = [];
  book.arm({ match: { name: "a", from: 2 }, action: { type: "cut" } }, ({ name }) => hits.push(name));
  for (const call of calls) book.forCall(call);
  expect(hits).toEqual(["a", "a"]);
});
