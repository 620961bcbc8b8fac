import { Node, usable } from "./document";
import { Faults } from "./faults";
import * as Key from "./keys";

/*
 * What a configuration may say by the reference but this version cannot do. It is checked like everything else and then
 * refused by name: a setting that is ignored in silence would be worse. What works leaves this file.
 */

const NOT_YET = "does not work yet in this version";

/** Refuses what stands in the configuration and does not work yet. */
export function checkAvailable(root: Node, faults: Faults): void {
  const mounts = usable(root, Key.MOUNTS);
  if (mounts !== null && mounts.isTrue) faults.at(mounts, "true " + NOT_YET + " (write false)");
  const userShares = usable(root, Key.USER_SHARES);
  const allow = usable(userShares, Key.ALLOW);
  if (allow !== null && allow.first !== null) faults.at(allow, NOT_YET + " (leave it empty)");
  const routing = usable(root, Key.ROUTING);
  if (routing !== null && routing.first !== null) faults.at(routing, NOT_YET + " (leave it out)");
}
