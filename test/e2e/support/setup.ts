/** Runs in every end-to-end test file: nothing outlives it, the filter never crashed, and a failure shows what the servers said. */
import { afterAll, afterEach, expect } from "vitest";
import { crashes, lastWords, stopAll } from "./cleanup.ts";

afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(`The servers' last words, at "${task.name}":\n${lastWords()}`);
});
afterAll(async () => {
  await stopAll();
  expect(crashes, "the filter crashed").toEqual([]);
});
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
