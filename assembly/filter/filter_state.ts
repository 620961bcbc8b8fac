import { writeSegment } from "../bytes/percent";
import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { setFilterStateFrom } from "../host/property";
import { Case } from "../policy/decide";
import { Reason, REASON_NAMES, Verdict } from "../policy/decision";
import { Privilege } from "../policy/privilege";

const NAME: Text = text("caldav");
const ALLOWED: Text = text("decision=allowed reason=");
const REFUSED: Text = text("decision=refused reason=");
const PRINCIPAL: Text = text(" principal=");
const OWNER: Text = text(" owner=");
const CALENDAR: Text = text(" calendar=");
const PRIVILEGE: Text = text(" privilege=");
const CACHE: Text = text(" cache=");
const ALL: Text = text("all");
const REASONS: Text[] = REASON_NAMES.map<Text>((name: string): Text => text(name));

class PrivilegeWord {
  constructor(
    public bit: u32,
    public word: Text,
  ) {}
}

const PRIVILEGES: PrivilegeWord[] = [
  new PrivilegeWord(Privilege.READ, text("read")),
  new PrivilegeWord(Privilege.READ_BUSY, text("busy")),
  new PrivilegeWord(Privilege.READ_FREE_BUSY, text("read-free-busy")),
  new PrivilegeWord(Privilege.WRITE_CONTENT, text("write-content")),
  new PrivilegeWord(Privilege.WRITE_PROPERTIES, text("write-properties")),
  new PrivilegeWord(Privilege.BIND, text("bind")),
  new PrivilegeWord(Privilege.UNBIND, text("unbind")),
];

const line = new Writer(8192);

/**
 * Leaves what was decided in Envoy's filter state, as `wasm.caldav`, where access logs and later filters find it:
 * `decision=allowed reason=share principal=bob owner=alice calendar=work privilege=read,read-free-busy`. Names are
 * percent-encoded, so that none of them can look like another field. `cache` says what became of a read in the filter's
 * cache, where there is one. It is one value, since each costs a host call for
 * every request.
 */
export function publishDecision(it: Case, cache: Text | null): void {
  const decision = it.decision;
  const resource = it.request.resource;
  line.reset();
  line.text(decision.verdict == Verdict.REFUSE ? REFUSED : ALLOWED);
  if (decision.reason >= 0 && decision.reason < REASONS.length) line.text(unchecked(REASONS[decision.reason]));
  writeName(PRINCIPAL, it.person.name);
  writeName(OWNER, resource.user);
  writeName(CALENDAR, resource.calendar);
  if (it.grant.privileges != 0) {
    line.text(PRIVILEGE);
    if (decision.reason == Reason.OWNER) line.text(ALL);
    else writePrivilegeWords(it.grant.privileges);
  }
  if (cache !== null) {
    line.text(CACHE);
    line.text(cache);
  }
  setFilterStateFrom(NAME, line);
}

function writeName(field: Text, name: Slice): void {
  if (name.len == 0) return;
  line.text(field);
  writeSegment(line, name.ptr, name.len);
}

function writePrivilegeWords(privileges: u32): void {
  let first = true;
  for (let i = 0; i < PRIVILEGES.length; i++) {
    const one = unchecked(PRIVILEGES[i]);
    if (!(privileges & one.bit)) continue;
    if (!first) line.byte(0x2c);
    first = false;
    line.text(one.word);
  }
}
