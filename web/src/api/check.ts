import type { ApiName } from "@skypanel/control-plane/contract/api.ts";

/** The JSON of `response`. Development and e2e builds load the contract and throw on a reply that breaks it. */
export async function checkReply(name: ApiName, response: Response): Promise<unknown> {
  const reply: unknown = await response.json();
  if (import.meta.env.PROD && import.meta.env.MODE !== "e2e") return reply;
  await import("./zod-setup.ts");
  const { endpoints } = await import("@skypanel/control-plane/contract/api.ts");
  return endpoints[name].reply.parse(reply);
}
