import { randomUUID } from "node:crypto";
import { identityOf, makeKeys } from "../../operator/src/hub/keys.ts";
import type { TestDatabase } from "./postgres.ts";

/** An organisation that is there, with the person who owns it. */
export interface SeededOrg {
  id: string;
  slug: string;
  by: {
    kind: "user";
    id: string;
    name: string;
    email: string;
    address: string;
    requestId: string;
  };
}

/** A cluster that has joined; `identity` is the private half of its age key, as its operator would hold it. */
export interface SeededCluster {
  id: string;
  slug: string;
  identity: string;
  recipient: string;
}

/** Plants an organisation and its owner, who cannot sign in. */
export async function seedOrg(database: TestDatabase, slug: string): Promise<SeededOrg> {
  const [id, userId] = [randomUUID(), randomUUID()];
  const email = `ada@${slug}.example`;
  await database.owner("insert into users (id, email, name, password_hash) values ($1, $2, 'Ada', 'none')", [
    userId,
    email,
  ]);
  await database.owner("insert into organisations (id, slug, name) values ($1, $2, $2)", [id, slug]);
  await database.owner("insert into members (org_id, user_id, role) values ($1, $2, 'owner')", [id, userId]);
  const by = { kind: "user", id: userId, name: "Ada", email, address: "192.0.2.1", requestId: randomUUID() } as const;
  return { id, slug, by };
}

/** Plants the organisation's place on a cluster: what is seen there in its namespace is its own. */
export async function seedTenant(database: TestDatabase, org: Pick<SeededOrg, "id" | "slug">, clusterId: string) {
  const text = "insert into tenants (org_id, cluster_id, name) values ($1, $2, $3)";
  await database.owner(text, [org.id, clusterId, org.slug]);
}

/** Plants a cluster that was heard of this moment. */
export async function seedCluster(database: TestDatabase, slug: string): Promise<SeededCluster> {
  const id = randomUUID();
  const { ageIdentity: identity, ageRecipient: recipient } = await identityOf(await makeKeys(), id);
  await database.owner(
    `insert into clusters (id, slug, name, region, base_domain, ingress, registration, kube_system_uid, age_recipient,
       last_heartbeat_at)
     values ($1, $2, $3, 'home', $4, $5, 'Registered', $6, $7, skypanel_now())`,
    [
      id,
      slug,
      slug.toUpperCase(),
      `${slug}.localhost`,
      { class: "traefik", namespace: "traefik", port: 8080, tls: false },
      randomUUID(),
      recipient,
    ],
  );
  return { id, slug, identity, recipient };
}
