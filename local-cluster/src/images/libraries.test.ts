import { expect, it } from "vitest";
import { libraryPaths } from "./libraries.ts";

it("finds libraries and the loader, not the kernel's own", () => {
  const answer = `	linux-vdso.so.1 (0x00007f25ac210000)
	libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f25ac1fa000)
	/lib64/ld-linux-x86-64.so.2 (0x00007f25ac212000)`;
  expect(libraryPaths(answer)).toEqual(["/lib/x86_64-linux-gnu/libz.so.1", "/lib64/ld-linux-x86-64.so.2"]);
});

it("finds nothing for a static program", () => {
  expect(libraryPaths("	not a dynamic executable")).toEqual([]);
});
