import { appEndpoints } from "@skypanel/control-plane/contract/apps/apps.ts";
import type { z } from "zod";
import "../../api/zod-setup.ts";
import type { Reply } from "../../api/client.ts";

/** The rules of a new app, the same the API holds. */
export const createSchema = appEndpoints["POST /orgs/{org}/apps"].body;
export type CreateInput = z.input<typeof createSchema>;
export type CreateBody = z.output<typeof createSchema>;
export type Region = Reply<"GET /regions">["items"][number];
