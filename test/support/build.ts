import { filterPath } from "../../tools/build.ts";

/** Once before the rings that run the built filter: builds it, when its sources changed. */
export default async function setup(): Promise<void> {
  await filterPath();
}
