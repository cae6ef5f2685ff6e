import { join } from "node:path";
import { containerdSocket } from "../components/containerd.ts";
import { helloImages } from "../images/hello.ts";
import type { Image } from "../images/image.ts";
import type { ImageStore } from "../images/import.ts";
import { staticProgram } from "../images/static-program.ts";
import type { ProgramName } from "../programs/list.ts";
import { programs } from "../programs/list.ts";
import type { ClusterPlan } from "./plan.ts";

/** Returns the name of the image that holds one compiled program. */
export function programImageName(name: ProgramName): string {
  return `localhost/skypanel/${name}:${programs[name].version}`;
}

/** Returns the image that holds one compiled program. */
export function programImage(name: ProgramName, path: string): Image {
  return staticProgram(programImageName(name), path, name);
}

/** Images every local cluster has, so that there is something to run. */
export const exampleImages: readonly Image[] = helloImages;

/** Returns where this cluster's images go. */
export function imageStore(plan: ClusterPlan): ImageStore {
  return { socket: containerdSocket(plan), folder: join(plan.state, "image-build") };
}
