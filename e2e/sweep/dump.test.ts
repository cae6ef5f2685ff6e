import { expect, test } from "vitest";
import type { Live } from "../../operator/src/kube/kube.ts";
import { difference, dump } from "./dump.ts";

interface Told {
  readonly app?: string;
  readonly hash?: string;
  readonly random?: string;
  readonly uid?: string;
  readonly at?: string;
  readonly image?: string;
  readonly restarts?: number;
}

/** An app's workload as two clusters tell it: everything is another word but what was asked for. */
function cluster(told: Told = {}): Live[] {
  const { app = "shop1", hash = "77d6547899", random = "x2k9p", at = "2026-11-26T10:00:00Z" } = told;
  const uid = told.uid ?? "0c1f3a52-5d0e-4a53-9b6e-0d3b1f6f7a10";
  const metadata = { uid, resourceVersion: uid.slice(0, 4), creationTimestamp: at };
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: `${app}-web-${hash}`, uid };
  const pod = {
    ...{ apiVersion: "v1", kind: "Pod", spec: { image: told.image ?? "hello:1" } },
    metadata: { ...metadata, name: `${app}-web-${hash}-${random}`, ownerReferences: [owner] },
    status: { podIP: uid, containerStatuses: [{ restartCount: told.restarts ?? 0 }] },
  };
  return [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { ...metadata, name: `${app}-values-${uid.slice(0, 8)}${uid.slice(0, 8)}` },
    },
    pod,
    { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { ...metadata, name: `${app}-web-${hash}` } },
  ];
}

const shown = (told: Told = {}) => dump(cluster(told), { [told.app ?? "shop1"]: "APP" });

test("is the same whoever made it, and when", () => {
  const other = { app: "shop2", hash: "5f9c8b7d66", random: "zz9aa", at: "2027-01-02T03:04:05.678Z" };
  const again = shown({ ...other, uid: "11111111-2222-4333-8444-555555555555" });
  expect(again).toEqual(shown());
  expect(again.join("\n")).toContain("Pod APP-web-HASH-RANDOM");
});

test("is the same in any order of objects and of fields", () => {
  const turned = cluster()
    .reverse()
    .map((object) => Object.fromEntries(Object.entries(object).reverse()) as unknown as Live); // the same fields
  expect(dump(turned, { shop1: "APP" })).toEqual(shown());
});

test.each([
  ["another image", shown({ image: "hello:2" }), "hello:2"],
  ["a restart", shown({ restarts: 1 }), '"restarts":[1]'],
])("shows %s", (_, found, word) => {
  expect(difference(shown(), found)).toContain(word);
});

test("shows what is missing, what is too much, and what is there twice", () => {
  const [first = "", ...rest] = shown();
  expect(difference(shown(), rest)).toBe("- Pod APP-web-HASH-RANDOM");
  expect(difference(rest, shown())).toBe("+ Pod APP-web-HASH-RANDOM");
  expect(difference(shown(), [first, ...shown()])).toBe("+ Pod APP-web-HASH-RANDOM");
  expect(difference(shown(), shown())).toBeUndefined();
});
