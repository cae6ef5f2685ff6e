import { defineConfig } from "vitest/config";

// A test file's ending names what it needs (docs/architecture.md, "Tests"):
// x.test.ts nothing, x.db and x.http a Postgres, x.cluster a Kubernetes, x.nightly the time of a night (npm run nightly).
const needs = ["**/*.{db,http,cluster,nightly}.test.ts", "e2e/*.test.ts"];
const off = ["**/node_modules/**", "**/dist/**"];
const common = { expect: { requireAssertions: true }, passWithNoTests: false, allowOnly: false };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: { ...common, name: "pure", include: ["**/*.test.{ts,tsx}"], exclude: [...off, ...needs], isolate: false },
      },
      {
        test: {
          ...common,
          name: "db",
          include: ["**/*.db.test.ts"],
          exclude: off,
          testTimeout: 30_000,
          hookTimeout: 120_000,
          globalSetup: "e2e/harness/postgres-setup.ts",
        },
      },
      {
        test: {
          ...common,
          name: "http",
          include: ["**/*.http.test.ts"],
          exclude: off,
          testTimeout: 30_000,
          hookTimeout: 120_000,
          globalSetup: "e2e/harness/postgres-setup.ts",
        },
      },
      {
        test: {
          ...common,
          name: "cluster",
          maxWorkers: 4, // these wait for the cluster more than they compute
          include: ["**/*.cluster.test.ts"],
          exclude: off,
          testTimeout: 120_000,
          hookTimeout: 300_000,
          globalSetup: "e2e/harness/cluster-setup.ts",
        },
      },
      {
        test: {
          ...common,
          name: "nightly",
          include: ["**/*.nightly.test.ts"],
          exclude: off,
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
          globalSetup: "e2e/harness/cluster-setup.ts",
          fileParallelism: false,
        },
      },
      {
        test: {
          ...common,
          name: "e2e",
          include: ["e2e/*.test.ts"],
          exclude: off,
          testTimeout: 300_000,
          hookTimeout: 600_000,
          globalSetup: "e2e/harness/world-setup.ts",
          fileParallelism: false,
        },
      },
    ],
  },
});
