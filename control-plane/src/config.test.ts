import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

const embedded = { SKYPANEL_DATA_DIR: "/data" };

describe("the configuration", () => {
  it("needs no more than a folder", () => {
    expect(readConfig(embedded)).toMatchObject({
      database: { k: "embedded", folder: "/data" },
      tokenKeyFile: { path: "/data/token.key", mayBeMade: true },
      publicUrl: "http://localhost:8080",
      agentUrl: "http://localhost:8080",
      secureCookies: false,
      trustedProxies: 0,
    });
  });

  it("makes no key beside a database of one's own", () => {
    const given = {
      DATABASE_URL: "postgres://u@db/x",
      SKYPANEL_TOKEN_KEY_FILE: "/k/t",
      SKYPANEL_WRAPPING_KEY_FILE: "/k/w",
    };
    expect(readConfig(given)).toMatchObject({
      database: { k: "given", url: "postgres://u@db/x" },
      wrappingKeyFile: { path: "/k/w", mayBeMade: false },
    });
  });

  it("takes an empty variable for unset", () => {
    expect(readConfig({ ...embedded, DATABASE_URL: "" }).database.k).toBe("embedded");
  });
});

describe("T-B01 boot", () => {
  it.each<[string, Record<string, string>]>([
    ["DATABASE_URL", {}],
    ["DATABASE_URL", { ...embedded, DATABASE_URL: "mysql://db/x" }],
    ["DATABASE_URL", { ...embedded, DATABASE_URL: "db" }],
    ["DATABASE_URL", { ...embedded, DATABASE_MIGRATION_URL: "postgres://db/x" }],
    ["SKYPANEL_TOKEN_KEY_FILE", { DATABASE_URL: "postgres://db/x" }],
    ["SKYPANEL_WRAPPING_KEY_FILE", { DATABASE_URL: "postgres://db/x", SKYPANEL_TOKEN_KEY_FILE: "/k" }],
    ["SKYPANEL_PUBLIC_URL", { ...embedded, SKYPANEL_PUBLIC_URL: "panel.example" }],
    ["SKYPANEL_PUBLIC_URL", { ...embedded, SKYPANEL_PUBLIC_URL: "https://panel.example/path" }],
    ["SKYPANEL_PUBLIC_URL", { ...embedded, SKYPANEL_PUBLIC_URL: "https://user@panel.example" }],
    ["SKYPANEL_PUBLIC_URL", { ...embedded, SKYPANEL_PUBLIC_URL: "http://panel.example" }],
    ["SKYPANEL_PUBLIC_URL", { ...embedded, SKYPANEL_PUBLIC_URL: "http://127.evil.example" }],
    ["SKYPANEL_PUBLIC_URL", { ...embedded, SKYPANEL_PUBLIC_URL: "javascript:alert(1)" }],
    ["SKYPANEL_PORT", { ...embedded, SKYPANEL_PORT: "65536" }],
    ["SKYPANEL_PORT", { ...embedded, SKYPANEL_PORT: "eighty" }],
    ["SKYPANEL_OPERATIONS_PORT", { ...embedded, SKYPANEL_OPERATIONS_PORT: "-1" }],
    ["SKYPANEL_TRUST_PROXY", { ...embedded, SKYPANEL_TRUST_PROXY: "true" }],
    ["SKYPANEL_TRUST_PROXY", { ...embedded, SKYPANEL_TRUST_PROXY: "0.5" }],
    ["SKYPANEL_RATE_USER", { ...embedded, SKYPANEL_RATE_USER: "0" }],
    ["SKYPANEL_RATE_SIGN_IN", { ...embedded, SKYPANEL_RATE_SIGN_IN: "Infinity" }],
    ["SKYPANEL_LOG_LEVEL", { ...embedded, SKYPANEL_LOG_LEVEL: "loud" }],
    ["SKYPANEL_ADMIN_EMAIL", { ...embedded, SKYPANEL_ADMIN_EMAIL: "root" }],
    ["SKYPANEL_ADMIN_EMAIL", { ...embedded, SKYPANEL_ADMIN_PASSWORD_FILE: "/p" }],
    ["SKYPANEL_ADMIN_PASSWORD_FILE", { ...embedded, SKYPANEL_ADMIN_EMAIL: "a@b.test" }],
    ["SKYPANEL_ADMIN_ORGANISATION", { ...embedded, SKYPANEL_ADMIN_ORGANISATION: "Acme Inc" }],
  ])("names %s in one line: %j", (variable, source) => {
    expect(() => readConfig(source)).toThrow(
      expect.objectContaining({
        exitCode: 78,
        message: expect.stringMatching(`^configuration is invalid: [^\n]*${variable}: [^\n]+$`),
      }),
    );
  });
});
