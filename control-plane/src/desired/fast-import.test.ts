import { expect, test } from "vitest";
import { fastImport, type JournalCommit } from "./fast-import.ts";

const first: JournalCommit = {
  seq: 7,
  authorName: "Ada Lovelace",
  authorEmail: "ada@acme.example",
  message: "apps: create hello",
  at: 1_767_225_600_999,
  changes: [
    { path: "tenants/acme/apps/hello.yaml", content: "kind: App\n" },
    { path: "tenants/acme.yaml", content: "kind: Tenant # ü\n" },
  ],
};

test("writes author, date, sequence and files in order", () => {
  expect(fastImport([first], false)).toBe(`feature done
commit refs/heads/main
author Ada Lovelace <ada@acme.example> 1767225600 +0000
committer SkyPanel <journal@skypanel.invalid> 1767225600 +0000
data 27
apps: create hello

Seq: 7

M 100644 inline tenants/acme.yaml
data 18
kind: Tenant # ü

M 100644 inline tenants/acme/apps/hello.yaml
data 10
kind: App


done
`);
});

test("continues the branch with the first commit alone", () => {
  const stream = fastImport([first, { ...first, seq: 8 }], true);
  expect(stream.split("from refs/heads/main^0\n")).toHaveLength(2);
  expect(stream.indexOf("from ")).toBeLessThan(stream.indexOf("Seq: 8"));
});

test("removes the file whose content is null", () => {
  const gone = { ...first, changes: [{ path: "tenants/acme/apps/hello.yaml", content: null }] };
  expect(fastImport([gone], true)).toContain("\nD tenants/acme/apps/hello.yaml\n");
});

test("gives the same bytes whatever the order of changes", () => {
  expect(fastImport([{ ...first, changes: first.changes.toReversed() }], false)).toBe(fastImport([first], false));
});

test("keeps a hostile name from ending its line", () => {
  const stream = fastImport([{ ...first, authorName: "<x>\ncommit refs/heads/evil" }], false);
  expect(stream).toContain("author x commit refs/heads/evil <ada@acme.example>");
  expect(stream.match(/^commit /gm)).toHaveLength(1);
});

test.each(["../x", "a/../b", 'a"b', "a b", "a\nb", "/a", ".git/config"])("refuses the path %j", (path) => {
  expect(() => fastImport([{ ...first, changes: [{ path, content: "" }] }], false)).toThrow("may not hold");
});
