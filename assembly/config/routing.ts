import { lowerCase } from "./people";
import { Text } from "../bytes/text";
import { IdentityConfig, UpstreamConfig } from "./config";
import { after, first, member, Node, usable } from "./document";
import { Faults, quote, quoteString } from "./faults";
import { stringOf } from "./identity";
import * as Key from "./keys";
import { KeyIndex } from "./key_index";
import { People } from "./people";
import { Suggestion } from "./suggest";

/** Checks `routing`: which backend serves whom. */
export function readRouting(root: Node, people: People, faults: Faults): void {
  const node = usable(root, Key.ROUTING);
  if (node === null) return;
  const backends = usable(node, Key.BACKENDS);
  if (member(node, Key.BACKENDS) === null) {
    requireBackends(node, Key.BACKEND_HEADER, faults);
    requireBackends(node, Key.DEFAULT, faults);
    requireBackends(node, Key.USERS, faults);
    requireBackends(node, Key.GROUPS, faults);
    return;
  }
  if (member(node, Key.BACKEND_HEADER) === null)
    faults.atMember(node, Key.BACKEND_HEADER, 'is required with "backends"');
  if (member(node, Key.DEFAULT) === null) faults.atMember(node, Key.DEFAULT, 'is required with "backends"');
  if (backends === null) return;
  const index = new KeyIndex(backends);
  const byDefault = usable(node, Key.DEFAULT);
  if (byDefault !== null) backendFault(byDefault, backends, index, faults);
  const users = usable(node, Key.USERS);
  for (let user = first(users); user !== null; user = after(user)) {
    if (user.valid) backendFault(user, backends, index, faults);
  }
  const groups = usable(node, Key.GROUPS);
  for (let group = first(groups); group !== null; group = after(group)) {
    if (group.valid) backendFault(group, backends, index, faults);
    // The owner of a calendar is not signed in, so only the groups of the configuration are known of them.
    const fault = people.groupFault(group.key, group.keyLen, false);
    if (fault !== null) faults.at(group, fault);
  }
  index.free();
}

/** Refuses one header with two meanings; after `identity` and `upstream` were read. */
export function checkHeaders(root: Node, identity: IdentityConfig, upstream: UpstreamConfig, faults: Faults): void {
  if (identity.groupsHeader.length > 0 && identity.groupsHeader == identity.header) {
    const node = usable(root, Key.IDENTITY);
    const source = usable(node, Key.HEADER);
    if (source !== null) faults.atMember(source, Key.GROUPS, "is the header of the name already");
  }
  const routing = usable(root, Key.ROUTING);
  if (routing === null) return;
  const backend = lowerCase(stringOf(routing, Key.BACKEND_HEADER, ""));
  const shard = lowerCase(stringOf(routing, Key.SHARD_HEADER, ""));
  if (backend.length > 0 && backend == shard) {
    faults.atMember(routing, Key.SHARD_HEADER, "is the header of the backend already");
  }
  const taken = [identity.header, identity.groupsHeader, upstream.header];
  for (let i = 0; i < taken.length; i++) {
    if (taken[i].length == 0) continue;
    const why = "is " + quoteString(taken[i]) + ", which says who somebody is already";
    if (taken[i] == backend) faults.atMember(routing, Key.BACKEND_HEADER, why);
    if (taken[i] == shard) faults.atMember(routing, Key.SHARD_HEADER, why);
  }
}

function requireBackends(routing: Node, key: Text, faults: Faults): void {
  const node = member(routing, key);
  if (node !== null) faults.at(node, 'needs "backends"');
}

function backendFault(name: Node, backends: Node, index: KeyIndex, faults: Faults): void {
  if (index.find(name.text, name.textLen) !== null) return;
  const suggestion = new Suggestion(name.text, name.textLen);
  for (let backend = backends.first; backend !== null; backend = after(backend)) {
    suggestion.offer(backend.key, backend.keyLen);
  }
  const near = suggestion.toString();
  const instead = near.length > 0 ? ' (did you mean "' + near + '"?)' : "";
  faults.at(name, "unknown backend " + quote(name.text, name.textLen) + instead);
}
