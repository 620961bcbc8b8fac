/** Runs in every end-to-end test file: nothing outlives it, and a failure shows what the servers said. */
import { afterAll, afterEach } from "vitest";
import { lastWords, stopAll } from "./cleanup.ts";

afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(`The servers' last words, at "${task.name}":\n${lastWords()}`);
});
afterAll(stopAll);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
