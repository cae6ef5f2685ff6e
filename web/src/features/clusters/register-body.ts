import { clusterEndpoints } from "@skypanel/control-plane/contract/fleet/clusters.ts";
import type { z } from "zod";
import "../../api/zod-setup.ts";

/** The rules of a new cluster, the same the API holds. */
export const registerSchema = clusterEndpoints["POST /admin/clusters"].body;
export type RegisterInput = z.input<typeof registerSchema>;
export type RegisterBody = z.output<typeof registerSchema>;
