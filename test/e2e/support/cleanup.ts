/** What the tests started and must end. */
type Stop = () => Promise<void>;
const started: { stop: Stop; log: () => string[] }[] = [];

/**
 * Registers something that runs until the test file ends.
 * @param log gives its last words for the message of a failed test
 * @returns `stop`, which ends it now, and at most once
 */
export function untilTheEnd(stop: Stop, log: () => string[] = () => []): Stop {
  const entry = {
    log,
    stop: async (): Promise<void> => {
      const at = started.indexOf(entry);
      if (at < 0) return;
      started.splice(at, 1);
      await stop();
    },
  };
  started.push(entry);
  return entry.stop;
}

/** Ends all that still runs, the last started first. */
export async function stopAll(): Promise<void> {
  for (const { stop } of [...started].reverse()) await stop();
}

/** The last lines of all that runs. */
export function lastWords(count = 40): string {
  return started
    .map(({ log }) => log().slice(-count))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n----\n");
}
