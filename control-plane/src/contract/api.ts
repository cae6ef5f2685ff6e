import { activityEndpoints } from "./activity/activity.ts";
import { appEndpoints } from "./apps/apps.ts";
import { logEndpoints } from "./apps/logs.ts";
import { variableEndpoints } from "./apps/variables.ts";
import { eventEndpoints } from "./events.ts";
import { clusterEndpoints } from "./fleet/clusters.ts";
import { organisationEndpoints } from "./identity/organisations.ts";
import { sessionEndpoints } from "./identity/session.ts";

export const apiPrefix = "/api/v1";

/** Unsafe methods carry this header (value `1`) and our Origin: a form of another site can send neither (OWASP CSRF). */
export const csrfHeader = "x-skypanel-request";

/** Every endpoint of the public API, keyed by method and path under `/api/v1`. */
export const endpoints = {
  ...sessionEndpoints,
  ...organisationEndpoints,
  ...clusterEndpoints,
  ...appEndpoints,
  ...variableEndpoints,
  ...logEndpoints,
  ...eventEndpoints,
  ...activityEndpoints,
} as const;

export type Api = typeof endpoints;
export type ApiName = keyof Api;
