import { fileEntry, textEntry } from "./entries.ts";
import { type Image, NOBODY } from "./image.ts";

const CERTIFICATES = "etc/ssl/certs/ca-certificates.crt";

/** Returns an image that holds one static program and the machine's certificate authorities, nothing else. */
export function staticProgram(name: string, path: string, program: string): Image {
  const layer = () => [
    fileEntry(CERTIFICATES, `/${CERTIFICATES}`),
    textEntry("etc/passwd", "app:x:10001:10001::/:\n"),
    { path: "tmp/", mode: 0o1777 },
    fileEntry(program, path),
  ];
  return { name, layers: [layer], command: [`/${program}`], user: NOBODY };
}
