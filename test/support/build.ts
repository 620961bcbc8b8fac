import { build } from "../../tools/build.ts";

/** Once before the rings that run the built filter: builds it when its sources changed, unless CALDAV_WASM names another. */
export default async function setup(): Promise<void> {
  if (!process.env.CALDAV_WASM) await build(console.log);
}
