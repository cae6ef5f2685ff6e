import { databaseTime } from "../../db/now.ts";
import type { Transaction } from "../../db/tenant.ts";
import { publish } from "../activity/publish.ts";

/** Tells pages that a cluster changed, in the `topics`; they read it anew. Publish last: see `publish`. */
export async function announceCluster(
  tx: Transaction,
  { id, slug }: { id: string; slug: string },
  topics: readonly (`org:${string}` | "fleet")[] = ["fleet"],
): Promise<void> {
  const at = await databaseTime(tx);
  for (const topic of topics) {
    const org = topic === "fleet" ? null : topic.slice("org:".length);
    await publish(tx, { topic, type: "cluster.changed", data: { id, name: slug, org, revision: null, at } });
  }
}
