/** The table of cases through a real Envoy. The same table runs in the emulated host: test/host/cases.test.ts. */
import { beforeAll, describe, expect, test } from "vitest";
import { connectionManager, type Bootstrap } from "../../cli/local.ts";
import { check, replyTo, type Case, type Outcome, type Step } from "../cases/case.ts";
import { cases } from "../cases/index.ts";
import { answer, joined, play } from "./play.ts";
import { startEnvoy, startUpstream, type ListenerOptions, type TestEnvoy, type Upstream } from "./support/index.ts";

const table = Object.values(cases).flat();
const accepted = table.filter(({ refused }) => refused === undefined);
const filterStates = new Set(
  table.flatMap(({ steps = [] }) => steps.flatMap((step) => Object.keys(step.expect.filterState ?? {}))),
);
/** Listeners; each has a case of its own, so that a reload brings as many cases at once. */
const slots: ListenerOptions[] = accepted.slice(0, 12).map((entry, at) => optionsOf(entry, at));
let loaded: Case[] = accepted.slice(0, slots.length);
let envoy: TestEnvoy;
let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream();
  envoy = await startEnvoy({ upstream: upstream.url, listeners: slots, edit });
});

for (const [subject, entries] of Object.entries(cases)) {
  describe(subject, () => {
    for (const entry of entries) {
      const run = entry.except?.ring === "envoy" ? test.skip : test;
      run(entry.name, () => (entry.refused === undefined ? playSteps(entry) : refuse(entry)));
    }
  });
}

/** Gives Envoy the configuration that it is to refuse. */
async function refuse(entry: Case): Promise<void> {
  loaded = [];
  const { accepted: taken, problem } = await envoy.reload(entry.config as object | string);
  expect(taken, problem).toBe(false);
  expect(check({ body: entry.refused }, { ...nothing, body: problem })).toEqual([]);
}

async function playSteps(entry: Case): Promise<void> {
  if (!loaded.includes(entry)) await load(entry);
  const base = envoy.urls[loaded.indexOf(entry)] ?? "";
  for (const step of entry.steps ?? []) {
    await new Promise((done) => setTimeout(done, step.after ?? 0));
    const outcome = await playStep(base, entry, step);
    expect(check(step.expect, outcome), `${step.request.method ?? "GET"} ${step.request.path}`).toEqual([]);
  }
}

/** Brings a case and those after it. When Envoy does not accept one of them, the case comes alone. */
async function load(entry: Case): Promise<void> {
  const from = accepted.indexOf(entry);
  const next = slots.map((_, at) => accepted[(from + at) % accepted.length] ?? entry);
  for (const batch of [next, slots.map(() => entry)]) {
    batch.forEach((one, at) => Object.assign(slots[at] ?? {}, optionsOf(one, from + at)));
    const { accepted: taken, problem } = await envoy.reload(...batch.map(({ config }) => config as object | string));
    loaded = taken ? batch : [];
    if (taken) return;
    if (batch !== next) expect(taken, problem).toBe(true);
  }
}

/** A VM of its own for each case, so that no cache outlives it. */
function optionsOf(entry: Case, at: number): ListenerOptions {
  const before = entry.metadata ? [setMetadata(entry.metadata)] : [];
  return { config: entry.config as object | string, vmId: `case ${at}`, before };
}

async function playStep(base: string, entry: Case, step: Step): Promise<Outcome> {
  upstream.requests.length = 0;
  upstream.respond((request, response) => {
    const reply = replyTo({ ...request, headers: joined(request.rawHeaders) }, step.upstream, entry.upstream);
    return answer(reply, response);
  });
  const from = envoy.lines.length;
  const response = await play(base, step.request);
  const filterState = step.expect.filterState ? await stateSince(from) : {};
  const sent = upstream.requests.map(({ method, path, rawHeaders, body }) => ({
    method,
    path,
    headers: joined(rawHeaders),
    body,
  }));
  return { ...response, upstream: sent, filterState, faults: [] };
}

/** Filter state of the request just played, from the access log, which Envoy writes when it is asked to reopen it. */
async function stateSince(from: number): Promise<Record<string, string>> {
  await fetch(`${envoy.admin}/reopen_logs`, { method: "POST" });
  for (let i = 0; i < 200; i++) {
    const line = envoy.lines.slice(from).findLast((text) => text.startsWith('{"case"'));
    if (line !== undefined) {
      const { state } = JSON.parse(line) as { state: Record<string, string | null> };
      return Object.fromEntries(
        Object.entries(state).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
      );
    }
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error("no access log");
}

function edit(bootstrap: Bootstrap): void {
  for (const one of bootstrap.static_resources.listeners as Bootstrap[]) {
    const manager = connectionManager(one);
    manager.http_protocol_options = { enable_trailers: true };
    manager.stream_idle_timeout = "5s";
    const state = Object.fromEntries([...filterStates].map((name) => [name, `%FILTER_STATE(wasm.${name}:PLAIN)%`]));
    const format = { json_format: { case: "1", state }, json_format_options: { sort_properties: true } };
    const type = "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog";
    manager.access_log = [{ name: "envoy.access_loggers.stdout", typed_config: { "@type": type, log_format: format } }];
  }
  const protocol = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  const options = { explicit_http_config: { http_protocol_options: { enable_trailers: true } } };
  for (const cluster of bootstrap.static_resources.clusters)
    cluster.typed_extension_protocol_options = {
      [protocol]: { "@type": `type.googleapis.com/${protocol}`, ...options },
    };
}

function setMetadata(metadata: NonNullable<Case["metadata"]>): { name: string; typed_config: Record<string, unknown> } {
  const entries = Object.entries(metadata).map(([name, value]) => ({
    metadata_namespace: name,
    allow_overwrite: true,
    value,
  }));
  const type = "type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config";
  return { name: "envoy.filters.http.set_metadata", typed_config: { "@type": type, metadata: entries } };
}

const nothing: Outcome = {
  status: 0,
  headers: {},
  body: "",
  trailers: {},
  reset: false,
  upstream: [],
  filterState: {},
  faults: [],
};
