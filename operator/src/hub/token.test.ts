import { createPublicKey, verify } from "node:crypto";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { identityOf, makeKeys } from "./keys.ts";
import { credential } from "./token.ts";

const clusterId = "11111111-1111-4111-8111-111111111111";
const keys = await makeKeys();
const identity = await identityOf(keys, clusterId);

/** Header and claims, the signature checked by other means than those that made it. */
function decoded(token: string) {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const key = { key: createPublicKey(identity.privateKey), dsaEncoding: "ieee-p1363" } as const;
  const isGood = verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"));
  if (!isGood) throw new Error("the signature is not the key's");
  const [head, claims] = [header, payload].map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
  return { header: head, payload: claims };
}

describe("a cluster's token", () => {
  it("says who speaks, for five minutes", () => {
    const clock = manualClock(Date.UTC(2030, 0, 1));
    const { header, payload } = decoded(credential(() => identity, clock).token());
    const iat = Date.UTC(2030, 0, 1) / 1000;
    expect(header).toEqual({ alg: "ES256", typ: "JWT", kid: identity.kid });
    expect(payload).toEqual({
      iss: identity.kid,
      sub: clusterId,
      aud: "skypanel-agent",
      jti: expect.any(String),
      iat,
      exp: iat + 300,
    });
  });

  it("is kept while it is good for a minute more", async () => {
    const clock = manualClock();
    const signer = credential(() => identity, clock);
    const first = signer.token();
    await clock.advance(239_000);
    expect(signer.token()).toBe(first);
    await clock.advance(1_000);
    expect(signer.token()).not.toBe(first);
  });

  it("is signed anew once refused, or when the clock was set back", () => {
    const clock = manualClock();
    const signer = credential(() => identity, clock);
    const first = signer.token();
    signer.forget();
    const second = signer.token();
    clock.jump(clock.now() - 3_600_000);
    expect(new Set([first, second, signer.token()]).size).toBe(3);
  });

  it("is not signed before the cluster has an id", async () => {
    const unknown = await identityOf(keys, undefined);
    expect(() => credential(() => unknown, manualClock()).token()).toThrow("not registered");
  });
});

describe("an identity", () => {
  it("is the same whenever its keys are read", async () => {
    const again = await identityOf(keys, clusterId);
    expect([again.kid, again.ageRecipient]).toEqual([identity.kid, identity.ageRecipient]);
    expect(identity.kid).toMatch(/^[\w-]{43}$/);
    expect(identity.ageRecipient).toMatch(/^age1/);
  });

  it("tells only public halves", () => {
    expect(Object.keys(identity.publicKey).sort()).toEqual(["crv", "kty", "x", "y"]);
  });
});
