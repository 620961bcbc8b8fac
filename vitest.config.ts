import { defineConfig } from "vitest/config";
import { createAssemblyScriptPool } from "vitest-pool-assemblyscript/config";

const builtFilter = "test/support/build.ts";

/** Rings: AssemblyScript units, property tests against slow references, the built filter in an emulated host, and real Envoy with real servers. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.as.test.ts"],
          pool: createAssemblyScriptPool({ extraCompilerFlags: ["--enable", "simd"] }),
        },
      },
      {
        test: { name: "property", include: ["test/property/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      { test: { name: "host", include: ["test/host/**/*.test.ts"], testTimeout: 20_000, globalSetup: builtFilter } },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: builtFilter,
          setupFiles: "test/e2e/support/setup.ts",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
