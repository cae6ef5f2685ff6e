import { createSecretKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Forbidden } from "../errors.ts";
import { clusterKeyId, keyId, signAccess, verifyAccess, verifyCluster } from "./tokens.ts";
import { craft } from "./tokens-craft.ts";

const now = Date.UTC(2030, 0, 1);
const iat = now / 1000;
const secret = createSecretKey(Buffer.from("0f9c1e5a7b3d86420f9c1e5a7b3d8642"));
const key = { kid: keyId(secret), secret };
const otherSecret = createSecretKey(Buffer.alloc(32, 9));
const [userId, sessionId, jti] = [1, 2, 3].map((n) => `${n}1111111-1111-4111-8111-111111111111`) as [
  string,
  string,
  string,
];
const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const otherPair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const wrongCurve = generateKeyPairSync("ec", { namedCurve: "P-384" });
const clusterKid = "thumbprint";

const accessHeader = { alg: "HS256", typ: "JWT", kid: key.kid };
const accessClaims = { iss: "skypanel", aud: "skypanel-api", sub: userId, sid: sessionId, jti, iat, exp: iat + 600 };
const clusterHeader = { alg: "ES256", typ: "JWT", kid: clusterKid };
const clusterClaims = { iss: clusterKid, aud: "skypanel-agent", sub: userId, jti: "one", iat, exp: iat + 300 };

const access = (claims: object = {}, header: object = {}, signer: KeyObject = secret) =>
  craft({ ...accessHeader, ...header }, { ...accessClaims, ...claims }, signer);
const cluster = (claims: object = {}, header: object = {}, signer: KeyObject = pair.privateKey) =>
  craft({ ...clusterHeader, ...header }, { ...clusterClaims, ...claims }, signer);

const ofAccess = (token: string) => () => verifyAccess([key], token, now);
const ofCluster = (token: string) => () => verifyCluster(token, clusterKid, pair.publicKey, now);

describe("T-B02 an access token", () => {
  it("says whom it speaks for and until when", () => {
    const token = signAccess(key, { userId, sessionId }, jti, now);
    expect(verifyAccess([key], token, now)).toEqual({ userId, sessionId, expiresAt: now + 600_000 });
  });

  it("is taken when a crafted one is just right", () => {
    expect(ofAccess(access())()).toMatchObject({ userId });
  });

  it("is taken under an older key of the ring", () => {
    const newer = { kid: keyId(otherSecret), secret: otherSecret };
    expect(verifyAccess([newer, key], access(), now)).toMatchObject({ userId });
  });

  it("is told apart when it has expired", () => {
    const later = now + 606_000;
    expect(() => verifyAccess([key], access(), later)).toThrow(expect.objectContaining({ reason: "SessionExpired" }));
  });

  const doubled = access().split(".");
  it.each<[string, string]>([
    ["is empty", ""],
    ["is no token", "a.b.c"],
    ["has two parts", doubled.slice(0, 2).join(".")],
    ["has a fourth part", `${access()}.x`],
    ["is 1 MiB", `${access()}${"A".repeat(2 ** 20)}`],
    ["is signed by another key", access({}, {}, otherSecret)],
    ["has no signature", `${doubled[0]}.${doubled[1]}.`],
    ["says alg none", craft({ ...accessHeader, alg: "none" }, accessClaims, undefined)],
    ["says alg None", craft({ ...accessHeader, alg: "None" }, accessClaims, undefined)],
    ["says HS384", access({}, { alg: "HS384" })],
    ["says HS512", access({}, { alg: "HS512" })],
    ["says ES256", access({}, { alg: "ES256" }, pair.privateKey)],
    ["says RS256", access({}, { alg: "RS256" })],
    ["has no kid", access({}, { kid: undefined })],
    ["has an unknown kid", access({}, { kid: "other" })],
    ["has a kid that is a path", access({}, { kid: "../../dev/null" })],
    ["has a kid that is SQL", access({}, { kid: "' or 1=1 --" })],
    ["has a kid that is a list", access({}, { kid: [key.kid] })],
    ["has no typ", access({}, { typ: undefined })],
    ["has the typ of another kind", access({}, { typ: "at+jwt" })],
    ["has crit", access({}, { crit: ["exp"] })],
    ["has jku", access({}, { jku: "https://evil.test/keys" })],
    ["has x5u", access({}, { x5u: "https://evil.test/chain" })],
    ["brings its own key", access({}, { jwk: { kty: "oct", k: "AA" } })],
    ["has no exp", access({ exp: undefined })],
    ["has a far exp", access({ exp: iat + 601 })],
    ["has exp before iat", access({ exp: iat - 1 })],
    ["has exp as text", access({ exp: String(iat + 600) })],
    ["has exp as a fraction", access({ exp: iat + 0.5 })],
    ["has no iat", access({ iat: undefined })],
    ["has a future iat", access({ iat: iat + 60, exp: iat + 600 })],
    ["has an old iat", access({ iat: iat - 700 })],
    ["has no issuer", access({ iss: undefined })],
    ["has another issuer", access({ iss: "somebody" })],
    ["has no audience", access({ aud: undefined })],
    ["has another audience", access({ aud: "skypanel-agent" })],
    ["has a list of audiences", access({ aud: ["skypanel-api"] })],
    ["has no subject", access({ sub: undefined })],
    ["has a subject that is no id", access({ sub: "admin" })],
    ["has no session", access({ sid: undefined })],
    ["has no jti", access({ jti: undefined })],
    ["claims more than it may", access({ role: "admin" })],
    ["has nbf", access({ nbf: iat })],
    ["is a cluster's", cluster()],
    ["is nested in another", craft(accessHeader, { token: access() }, secret)],
    ["is a refresh token", "sp_ref_abcdefghijklmnopqrstuvwxyz"],
    ["has a payload that is a list", craft(accessHeader, [accessClaims], secret)],
    ["has a payload that is text", craft(accessHeader, "admin", secret)],
  ])("is refused when it %s", (_, token) => {
    expect(ofAccess(token)).toThrow(Forbidden);
  });
});

describe("T-B02 a cluster's token", () => {
  it("names the cluster, by the key it is registered under", () => {
    expect(clusterKeyId(cluster())).toBe(clusterKid);
    expect(ofCluster(cluster())()).toEqual({ clusterId: userId });
  });

  it.each<[string, string]>([
    ["is empty", ""],
    ["is signed by another cluster", cluster({}, {}, otherPair.privateKey)],
    [
      "is signed with the public key as a secret",
      cluster({}, { alg: "HS256" }, createSecretKey(pair.publicKey.export({ type: "spki", format: "der" }))),
    ],
    ["says alg none", craft({ ...clusterHeader, alg: "none" }, clusterClaims, undefined)],
    ["says ES384", cluster({}, { alg: "ES384" }, wrongCurve.privateKey)],
    ["has another kid", cluster({}, { kid: "other" })],
    ["has no kid", cluster({}, { kid: undefined })],
    ["brings its own key", cluster({}, { jwk: pair.publicKey.export({ format: "jwk" }) })],
    ["has crit", cluster({}, { crit: ["b64"] })],
    ["is issued by another", cluster({ iss: "other" })],
    ["is for people", cluster({ aud: "skypanel-api" })],
    ["has a list of audiences", cluster({ aud: ["skypanel-agent", "skypanel-api"] })],
    ["lives longer than five minutes", cluster({ exp: iat + 301 })],
    ["has no exp", cluster({ exp: undefined })],
    ["has no iat", cluster({ iat: undefined })],
    ["is of the future", cluster({ iat: iat + 30, exp: iat + 300 })],
    ["has expired", cluster({ iat: iat - 310, exp: iat - 10 })],
    ["names no cluster", cluster({ sub: "admin" })],
    ["claims more than it may", cluster({ clusters: ["*"] })],
    ["is a person's", access()],
  ])("is refused when it %s", (_, token) => {
    expect(ofCluster(token)).toThrow(Forbidden);
  });

  it("is refused under a key of another curve", () => {
    const token = craft(clusterHeader, clusterClaims, wrongCurve.privateKey);
    expect(() => verifyCluster(token, clusterKid, wrongCurve.publicKey, now)).toThrow(Forbidden);
  });
});

describe("T-Z06 any change of one character", () => {
  it("makes a token worthless", () => {
    const token = access();
    const changed = [...token].flatMap((character, index) => {
      const other = character === "A" ? "B" : "A";
      const text = token.slice(0, index) + other + token.slice(index + 1);
      // The last character of a part carries bits that decoding drops: the same bytes are the same token.
      const same = text
        .split(".")
        .every((part, n) => Buffer.from(part, "base64url").equals(Buffer.from(token.split(".")[n] ?? "", "base64url")));
      return same ? [] : [text];
    });
    for (const text of changed) expect(ofAccess(text)).toThrow(Forbidden);
  });
});
