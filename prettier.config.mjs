/** @type {import("prettier").Config} */
export default {
  printWidth: 120,
  plugins: ["./tools/prettier-assemblyscript.mjs"],
  overrides: [
    {
      files: [
        "assembly/**/*.ts",
        "test/**/*.as.test.ts",
        "test/*/harness/**/*.ts",
        "test/*/probes/**/*.ts",
        "bench/noop/**/*.ts",
      ],
      options: { parser: "assemblyscript" },
    },
  ],
};
