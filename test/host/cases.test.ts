/** The table of cases through the built filter in the emulated host. The same table runs in a real Envoy: test/e2e/cases.test.ts. */
import { describe, expect, test } from "vitest";
import { wasm } from "../../tools/build.ts";
import { check, replyTo, type Case, type Outcome } from "../cases/case.ts";
import { cases } from "../cases/index.ts";
import { Emulator, type Exchange } from "./emulator/index.ts";

/** As in envoy/envoy.yaml. */
const bufferLimit = 2097152;

for (const [subject, table] of Object.entries(cases)) {
  describe(subject, () => {
    for (const entry of table) {
      const run = entry.except?.ring === "emulator" ? test.skip : test;
      // The filter's own requests may be answered before the client has sent everything, or after.
      run(entry.name, () => play(entry, "late"));
      if (entry.steps?.some(({ request }) => request.body ?? request.chunks))
        run(`${entry.name} (answers between the pieces of the body)`, () => play(entry, "early"));
    }
  });
}

async function play(entry: Case, calls: "late" | "early"): Promise<void> {
  const host = await Emulator.create(process.env.CALDAV_WASM || wasm, {
    bufferLimit,
    collectInMalloc: true,
    clusters: ["caldav"],
  });
  const { accepted, logs } = host.configure("caldav", entry.config);
  const said = logs.map(({ message }) => message).join("\n");
  if (entry.refused !== undefined) {
    expect(accepted, said).toBe(false);
    const outcome = { status: 0, headers: {}, trailers: {}, reset: false, upstream: [], filterState: {}, faults: [] };
    return expect(check({ body: entry.refused }, { ...outcome, body: said })).toEqual([]);
  }
  expect(accepted, said).toBe(true);
  for (const step of entry.steps ?? []) {
    host.advance(step.after ?? 0);
    const properties = entry.metadata ? { metadata: { filter_metadata: entry.metadata } } : undefined;
    const exchange = host.exchange(step.request, (request) => replyTo(request, step.upstream, entry.upstream), {
      calls,
      properties,
    });
    expect(check(step.expect, outcomeOf(exchange)), `${step.request.method ?? "GET"} ${step.request.path}`).toEqual([]);
  }
}

function outcomeOf(exchange: Exchange): Outcome {
  const { status, headers, body, trailers, reset, filterState, upstreamRequests, faults, hung, vmFailed } = exchange;
  const more = [hung ? "the exchange hangs" : "", vmFailed ?? ""].filter((fault) => fault !== "");
  return {
    status,
    headers,
    body,
    trailers,
    reset,
    filterState,
    upstream: upstreamRequests,
    faults: [...faults, ...more],
  };
}
