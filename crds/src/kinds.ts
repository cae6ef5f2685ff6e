import { app } from "./kinds/app.ts";
import { clusterSettings } from "./kinds/cluster-settings.ts";
import { sealed } from "./kinds/sealed.ts";
import { stateSource } from "./kinds/state-source.ts";
import { tenant } from "./kinds/tenant.ts";
import type { Kind } from "./meta.ts";

/** Every kind, in the order their objects are applied: what others stand on comes first. */
export const kinds: readonly Kind[] = [clusterSettings, stateSource, tenant, sealed, app];
