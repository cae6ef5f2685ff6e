import { randomInt, randomUUID } from "node:crypto";
import type { z } from "zod";
import type { appEndpoints } from "../../contract/apps/apps.ts";
import { isTaken } from "../../db/failures.ts";
import type { Pool } from "../../db/pool.ts";
import { type Transaction, withTenant } from "../../db/tenant.ts";
import { Conflict } from "../../errors.ts";
import { type AppRow, insertApp, type NewApp } from "../../repositories/apps/apps.ts";
import { shownApp } from "../../repositories/apps/shown.ts";
import { upsertVariables } from "../../repositories/apps/variables.ts";
import type { By } from "../activity/activity.ts";
import { authorOf } from "../activity/author.ts";
import { findPlace, takePlace } from "../fleet/places.ts";
import type { Keep } from "../identity/answers.ts";
import type { RenderedFile } from "../rendered.ts";
import { commit } from "./commit.ts";
import { appFile, variablesFile } from "./files.ts";
import { type Org, viewOf } from "./find.ts";
import { close } from "./secrets.ts";
import { checkSettings, checkTotal } from "./variable-rules.ts";
import type { AppView } from "./view.ts";

/** What the services of apps need: the database, and the key that wraps the organisations' data keys. */
export interface AppDeps {
  pool: Pool;
  wrappingKey: Buffer;
}

export type NewAppBody = z.output<(typeof appEndpoints)["POST /orgs/{org}/apps"]["body"]>;

const slugTries = 8;
const letters = "abcdefghijklmnopqrstuvwxyz";

/**
 * Creates an app: its row, its variables, its objects in the journal and the line of activity are one transaction (G-D2).
 * Throws Invalid, or Conflict NameTaken, NoCapacity, ClusterOffline.
 */
export async function createApp(deps: AppDeps, org: Org, by: By, body: NewAppBody, keep?: Keep): Promise<AppView> {
  const { pool, wrappingKey } = deps;
  checkSettings(body.variables, "/variables");
  checkTotal(body.variables.map(({ value }) => value));
  return withTenant(pool, { orgId: org.id }, async (tx) => {
    const place = await findPlace(tx, body.cluster);
    if (await shownApp(tx, body.name)) throw nameTaken(body.name);
    const id = randomUUID();
    const owner = { org, app: { id, name: body.name }, cluster: { id: place.id, recipient: place.ageRecipient } };
    const values = body.variables.map(({ key, value }) => ({ key, value, version: 1 }));
    // Sealing takes a millisecond a value: before the journal is held, not while.
    const stored = await close(tx, wrappingKey, owner, values);
    const sealed = variablesFile(org.slug, body.name, stored);
    await takePlace(tx, org, place, authorOf(by));
    const app = asked(id, place.id, body);
    const file = await insertUnderFreeSlug(tx, { ...app, orgId: org.id, userId: by.id }, org.slug, sealed?.revision);
    await upsertVariables(tx, { orgId: org.id, appId: id, userId: by.id }, stored);
    const changes = [file, ...(sealed ? [sealed] : [])].map(({ path, content }) => ({ path, content, expected: null }));
    await commit(tx, { ...created(org, by, app, body), changes, revision: file.revision });
    const reply = await viewOf(tx, body.name);
    await keep?.(tx, { reply, revision: reply.revision });
    return reply;
  });
}

type Asked = Omit<AppRow, "revision" | "slug">;

function asked(id: string, clusterId: string, { name, title, image, processes }: NewAppBody): Asked {
  const fixed = { id, clusterId, name, title: title ?? name, image: image.reference, processes };
  return { ...fixed, state: "Running", restartRequest: null };
}

function created(org: Org, by: By, app: Asked, { cluster, variables }: NewAppBody) {
  const after = { image: app.image, cluster, processes: app.processes, variables: variables.map(({ key }) => key) };
  return { org, by, app, action: "app.created", message: `apps: create ${app.name}`, after };
}

/** Inserts the app under its name as slug, or with four random letters where another organisation has that (AP-2). */
async function insertUnderFreeSlug(
  tx: Transaction,
  app: Omit<NewApp, "slug" | "revision">,
  tenant: string,
  variables: string | undefined,
): Promise<RenderedFile> {
  for (let tried = 0; tried < slugTries; tried += 1) {
    const slug = tried === 0 ? app.name : `${app.name}-${fourLetters()}`;
    const file = appFile(tenant, { ...app, slug }, variables);
    const inserted = await insertApp(tx, { ...app, slug, revision: file.revision }).catch((error: unknown) => {
      throw isTaken(error, "apps_org_id_name_key") ? nameTaken(app.name) : error;
    });
    if (inserted > 0) return file;
  }
  throw new Error(`no free slug for ${app.name} in ${slugTries} tries`);
}

function fourLetters(): string {
  return Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join("");
}

function nameTaken(name: string): Conflict {
  return new Conflict({
    reason: "NameTaken",
    detail: `The organisation has an app called ${name}.`,
    remedy: "Choose another name.",
    errors: [{ pointer: "/name", reason: "NameTaken", message: "is taken" }],
  });
}
