/**
 * Runs the checks and the rings of tests, and ends with one line: "N passed, N failed".
 *   tools/test.ts [lint] [format] [types] [unit] [property] [host] [e2e]    without a name: all
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findEnvoy } from "../cli/envoy.ts";
import { installPython } from "./python.mjs";
import { fail, isOlder, root, run, UserError } from "./run.mjs";

/** How many tests of a part passed, failed, and were skipped. */
interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

const checks: Record<string, string[]> = {
  lint: ["eslint/bin/eslint.js", "."],
  format: ["prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."],
  types: ["typescript/bin/tsc", "--project", "."],
};
const rings = ["unit", "property", "host", "e2e"];
const usesPython = ["property", "e2e"];
const all = [...Object.keys(checks), ...rings];
/** What vitest needs. `npm start` does with less. */
const OLDEST_NODE = "20.19.0";

/** A check counts as one test. */
async function check(name: string): Promise<Outcome> {
  const [path = "", ...args] = checks[name] ?? [];
  const well = await script(path, args);
  console.log(`${well ? "✓" : "×"} ${name}`);
  return { passed: well ? 1 : 0, failed: well ? 0 : 1, skipped: 0 };
}

/** One ring in a vitest of its own, so that none takes another's time. */
async function ring(name: string): Promise<Outcome> {
  const report = join(root, "build", `${name}.json`);
  mkdirSync(join(root, "build"), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const well = await script("vitest/vitest.mjs", ["run", "--project", name, ...reporters]);
  const outcome = { passed: 0, failed: 0, skipped: 0 };
  try {
    const { testResults, ...counts } = JSON.parse(readFileSync(report, "utf8"));
    outcome.passed = counts.numPassedTests;
    outcome.skipped = counts.numPendingTests + counts.numTodoTests;
    // A file that does not load has no tests to fail: it counts itself.
    const broken = (file: { status: string; assertionResults: { status: string }[] }) =>
      file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed");
    outcome.failed = counts.numFailedTests + testResults.filter(broken).length;
  } catch {
    console.error(`The ${name} ring gave no report.`);
  }
  // No report, no tests, or an error outside of any test: something is wrong all the same.
  if ((!well || outcome.passed === 0) && outcome.failed === 0) outcome.failed = 1;
  return outcome;
}

/** Runs a script of an installed package; whether it went well. */
async function script(path: string, args: string[]): Promise<boolean> {
  return (await run(process.execPath, [join(root, "node_modules", path), ...args], "inherit")) === undefined;
}

/** Installs what the parts need: before them, so that it is seen, and no test waits for it. */
async function prepare(parts: string[]): Promise<void> {
  if (isOlder(process.versions.node, OLDEST_NODE))
    throw new UserError(`The tests need Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node}.`);
  const unknown = parts.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new UserError(`There is no "${unknown}": ${all.join(", ")}`);
  const files = ["requirements/radicale.txt", "requirements/test.txt"];
  if (parts.some((name) => usesPython.includes(name)))
    await installPython({ title: "installing the servers and clients of the tests", files });
  if (parts.includes("e2e")) await findEnvoy();
}

try {
  const parts = process.argv.length > 2 ? process.argv.slice(2) : all;
  await prepare(parts);
  const total: Outcome = { passed: 0, failed: 0, skipped: 0 };
  for (const name of parts) {
    const { passed, failed, skipped } = await (name in checks ? check(name) : ring(name));
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
} catch (error) {
  fail(error);
}
