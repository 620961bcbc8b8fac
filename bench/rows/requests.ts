/** What one request costs: the owner's and the sharee's GET, a PROPFIND, a redacted object. */
import { by, compare, config, type Context } from "../context.ts";
import type { Line } from "../report.ts";
import { measure } from "../rounds.ts";
import { stage } from "../stage.ts";

const question = '<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getetag/><getcontenttype/></prop></propfind>';

export async function requests({ filter, noop, calls, server, rounds, amount, say }: Context): Promise<Line[]> {
  say("the owner's and the sharee's requests");
  const get = (user: string) => [by(user, "GET", "/alice/work/1.ics")];
  const authorization = `Basic ${Buffer.from("alice:alice-demo").toString("base64")}`;
  const signedIn = [by("alice", "GET", "/alice/work/1.ics", { headers: { authorization } })];
  const propfind = (user: string) => [
    by(user, "PROPFIND", "/alice/work/", {
      headers: { depth: "1", "content-type": "application/xml" },
      body: question,
    }),
  ];
  const { variants, stop } = await stage(server, [
    { name: "none", shots: get("alice") },
    { name: "no-op", module: noop, config, shots: get("alice") },
    { name: "calls", module: calls, config, shots: get("alice") },
    { name: "owner", module: filter, config, shots: get("alice") },
    { name: "sharee", module: filter, config, shots: get("bob") },
    { name: "view", module: filter, config, shots: get("carol") },
    { name: "shipped no-op", module: noop, config, shots: signedIn, asShipped: true },
    { name: "shipped owner", module: filter, config, shots: signedIn, asShipped: true },
    { name: "no-op PROPFIND", module: noop, config, shots: propfind("alice"), status: [207] },
    { name: "owner's PROPFIND", module: filter, config, shots: propfind("alice"), status: [207] },
    { name: "sharee's PROPFIND", module: filter, config, shots: propfind("bob"), status: [207] },
  ]);
  const costs = await measure(variants, { rounds, amount });
  await stop();
  return [
    compare(costs, "GET without a filter", "none", "no-op", "a no-op filter"),
    compare(costs, "GET with a no-op filter", "no-op", "none", "no filter"),
    compare(costs, "GET with the same host calls and no thought", "calls", "no-op", "a no-op filter"),
    compare(costs, "the owner's GET", "owner", "no-op", "a no-op filter", 1.1),
    compare(costs, "the owner's GET", "owner", "calls", "the same host calls"),
    compare(costs, "the owner's GET", "owner", "none", "no filter"),
    compare(costs, "the owner's GET, listener of envoy.yaml", "shipped owner", "shipped no-op", "a no-op filter", 1.1),
    compare(costs, "a sharee's GET", "sharee", "no-op", "a no-op filter"),
    compare(costs, "a sharee's GET of a redacted object", "view", "no-op", "a no-op filter"),
    compare(costs, "the owner's PROPFIND of 50 objects", "owner's PROPFIND", "no-op PROPFIND", "a no-op filter"),
    compare(costs, "a sharee's PROPFIND of 50 objects", "sharee's PROPFIND", "no-op PROPFIND", "a no-op filter"),
  ];
}
