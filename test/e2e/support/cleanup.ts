/** What the tests started and must end. */
type Stop = () => Promise<void>;
/** The lines that say that the filter crashed, of all that was stopped. */
export const crashes: string[] = [];

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
      crashes.push(...log().filter(isCrash));
    },
  };
  started.push(entry);
  return entry.stop;
}

/** A trap in the VM, a call to the host that Envoy did not like, or Envoy's own end. */
function isCrash(line: string): boolean {
  const filter = /\[wasm\].*(abort:|Function: |Proxy-Wasm plugin in-VM|RuntimeError|Unable to set effective context)/;
  return filter.test(line) || /\[critical\]\[backtrace\].*Caught/.test(line);
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
