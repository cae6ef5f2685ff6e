import { execFileSync } from "node:child_process";

/** Returns the paths of all test files git knows, relative to `root`. */
export function trackedTests(root) {
  const pattern = ["*.test.ts", "*.test.tsx"];
  return execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", ...pattern], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  })
    .split("\0")
    .filter((file) => file !== "");
}
