/** The emulator does what a real Envoy was recorded to do. The same table is held against Envoy in test/e2e/behaviours.test.ts. */
import { beforeAll, describe, expect, test } from "vitest";
import { replyTo } from "../../cases/case.ts";
import { comparable, configuration, flavours, metadata, recorded, type Behaviour, type Seen } from "./behaviour.ts";
import { behaviours } from "./behaviours.ts";
import { compileProbe } from "./compile.ts";
import { Emulator } from "./index.ts";

let probe = "";
beforeAll(async () => {
  probe = await compileProbe("test/host/probes/scripted.ts");
}, 60_000);

describe("as Envoy 1.40", () => {
  for (const behaviour of behaviours)
    test(behaviour.name, async () => expect(await play(behaviour)).toEqual(recorded()[behaviour.name]));
});

test("every recording belongs to a behaviour", () =>
  expect(Object.keys(recorded()).sort()).toEqual(behaviours.map(({ name }) => name).sort()));

async function play(behaviour: Behaviour): Promise<Seen> {
  const settings = flavours[behaviour.flavour ?? "default"];
  const host = await Emulator.create(probe, { ...settings, clusters: ["caldav"], collectInMalloc: true });
  host.configure("caldav", configuration);
  const given = Object.entries(behaviour.request?.headers ?? {}) as [string, string][];
  const headers = Array.isArray(behaviour.request?.headers) ? behaviour.request.headers : given;
  const exchange = host.exchange(
    { path: "/", ...behaviour.request, headers: [["x-script", behaviour.script], ...headers] },
    (request) => replyTo(request, behaviour.upstream, { body: "ok" }),
    { properties: { metadata: { filter_metadata: metadata } } },
  );
  const { status, body, trailers, reset, logs, upstreamRequests } = exchange;
  const upstream = upstreamRequests
    .filter(({ complete }) => complete)
    .map((request) => ({ method: request.method, path: request.path, headers: request.headers, body: request.body }));
  const trace = logs.map(({ message }) => message).filter((message) => message.startsWith("»"));
  return comparable({ trace, status, headers: exchange.headers, body, trailers, reset: reset || undefined, upstream });
}
