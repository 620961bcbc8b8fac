import { Privilege } from "../policy/privilege";
import { Show } from "../policy/view";
import { Kind, member, Node, usable } from "./document";
import { Faults } from "./faults";
import * as Key from "./keys";
import { Text } from "../bytes/text";

/*
 * What a configuration may say by the reference but this version cannot do. It is checked like everything else and then
 * refused by name: a setting that is ignored in silence would be worse. What works leaves this file.
 */

/** Redaction to "Busy" blocks and of alarms works. */
const VIEWS_WORK: bool = true;
/** Hiding single events works. */
const HIDE_WORKS: bool = false;

const NOT_YET = "does not work yet in this version";

/** Refuses what stands in the configuration and does not work yet, but for views. */
export function checkAvailable(root: Node, faults: Faults): void {
  const cache = usable(root, Key.CACHE);
  const coherence = usable(cache, Key.COHERENCE);
  if (coherence !== null && coherence.word != 0) {
    faults.at(coherence, '"' + coherence.string + '" ' + NOT_YET + ' (write "off")');
  }
  const mounts = usable(root, Key.MOUNTS);
  if (mounts !== null && mounts.isTrue) faults.at(mounts, "true " + NOT_YET + " (write false)");
  const userShares = usable(root, Key.USER_SHARES);
  const allow = usable(userShares, Key.ALLOW);
  if (allow !== null && allow.first !== null) faults.at(allow, NOT_YET + " (leave it empty)");
  const routing = usable(root, Key.ROUTING);
  if (routing !== null && routing.first !== null) faults.at(routing, NOT_YET + " (leave it out)");
}

/**
 * Refuses a share that asks for a view of events that does not work yet. `privileges` are what it gives, and the rest is
 * how it shows events, defaults filled in.
 */
export function viewsUnavailable(
  share: Node,
  privileges: u32,
  shownPrivate: u8,
  shownConfidential: u8,
  keepAlarms: bool,
  faults: Faults,
): void {
  const reads = (privileges & Privilege.READ) != 0;
  viewUnavailable(share, Key.PRIVATE, reads, shownPrivate, faults);
  viewUnavailable(share, Key.CONFIDENTIAL, reads, shownConfidential, faults);
  if (VIEWS_WORK) return;
  if (reads && !keepAlarms) refuse(share, Key.ALARMS, "strip", "keep", faults);
  const access = usable(share, Key.ACCESS);
  if (access !== null && access.kind == Kind.STRING && privileges & Privilege.READ_BUSY) {
    faults.at(access, '"busy" ' + NOT_YET + ' (write "free-busy", or "read" to show events)');
  }
}

function viewUnavailable(share: Node, key: Text, reads: bool, shown: u8, faults: Faults): void {
  if (shown == Show.HIDE && !HIDE_WORKS) refuse(share, key, "hide", VIEWS_WORK ? "busy" : "show", faults);
  else if (shown == Show.BUSY && reads && !VIEWS_WORK) refuse(share, key, "busy", "show", faults);
}

function refuse(share: Node, key: Text, value: string, instead: string, faults: Faults): void {
  const given = member(share, key);
  // A wrong word was named already.
  if (given !== null && !given.valid) return;
  const byDefault = given === null ? " (the default)" : "";
  const name = String.UTF8.decode(key.buffer);
  const message = '"' + value + '"' + byDefault + " " + NOT_YET + ': write "' + name + ": " + instead + '"';
  faults.atMember(share, key, message);
}
