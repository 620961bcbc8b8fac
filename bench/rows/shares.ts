/** A decision must not cost more because there are many shares. */
import { by, compare, config, type Context } from "../context.ts";
import type { Shot } from "../load.ts";
import type { Line } from "../report.ts";
import { measure } from "../rounds.ts";
import { stage } from "../stage.ts";

const FEW = 10;

/** A configuration in which everybody shares a calendar with the next one. */
export function configWith(shares: number): object {
  const full = { access: "read", private: "show", confidential: "show", alarms: "keep" };
  const share = (at: number) => ({ calendar: `user${at}/work`, with: [`user${(at + 1) % shares}`], ...full });
  return { ...config, shares: Array.from({ length: shares }, (_, at) => share(at)) };
}

/** Requests of many people, spread over all the shares. */
function shots(shares: number, asOwner: boolean): Shot[] {
  const owners = Array.from({ length: Math.min(shares, 500) }, (_, at) => (at * 7919) % shares);
  return owners.map((at) => by(`user${asOwner ? at : (at + 1) % shares}`, "GET", `/user${at}/work/1.ics`));
}

export async function shares({ filter, server, rounds, amount, shares: many, say }: Context): Promise<Line[]> {
  say(`decisions with ${many} shares against ${FEW}`);
  const part = (count: number, asOwner: boolean) => ({
    name: `${count} ${asOwner}`,
    module: filter,
    config: configWith(count),
    shots: shots(count, asOwner),
  });
  const parts = [part(FEW, false), part(many, false), part(FEW, true), part(many, true)];
  const { variants, stop } = await stage(server, parts);
  const costs = await measure(variants, { rounds, amount });
  await stop();
  const count = many.toLocaleString("en");
  const line = (who: string, asOwner: boolean): Line =>
    compare(costs, `${who} GET, ${count} shares`, `${many} ${asOwner}`, `${FEW} ${asOwner}`, `${FEW} shares`, 1.1);
  return [line("a sharee's", false), line("the owner's", true)];
}
