import { expect, it } from "vitest";
import { mountPoints } from "./mounts.ts";

it("reads mount points in order, with their spaces", () => {
  const mountinfo = "22 1 254:0 / / rw - ext4 /dev/vda rw\n23 22 0:5 / /run/my\\040pod rw - tmpfs tmpfs rw\n";
  expect(mountPoints(mountinfo)).toEqual(["/", "/run/my pod"]);
});
