import { isKubeError, type Live, type Ref } from "./kube.ts";
import type { Run } from "./run.ts";

/** The object's metadata alone, or undefined if there is none. */
export async function outline({ kube, signal }: Run, ref: Ref): Promise<Live | undefined> {
  try {
    return await kube.get(ref, { metadataOnly: true, signal });
  } catch (error) {
    if (isKubeError(error, "notFound")) return undefined; // a missing thing is a value
    throw error;
  }
}
