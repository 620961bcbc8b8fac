import { LogLevel } from "../abi/types";
import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Config, IdentitySource } from "../config/config";
import { log, logs } from "../host/log";
import { propertyPath, readProperty } from "../host/property";
import { PrefixAccess } from "../dav/prefixes";
import { FailureLog } from "./failure_log";
import { RememberedPasswords } from "./remembered_passwords";
import { Case } from "../policy/decide";
import { Reason, Verdict } from "../policy/decision";
import { Person } from "../policy/person";
import * as Names from "./names";
import { Metrics } from "./metrics";
import { OwnCall } from "./own_call";

const SOURCE_ADDRESS: Text = propertyPath(["source", "address"]);
const QUESTION: Text = text(
  '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>',
);

/**
 * With `identity.basic` a name is only claimed until the server has accepted the password. Whatever the filter itself
 * says about calendars depends on who asks, so it asks the server first; and it slows down who guesses.
 */
export class Credentials {
  private isBasic: bool;
  private remembered: RememberedPasswords;
  private failures: FailureLog;
  private path: Writer = new Writer(16 << 10);
  private value: Slice = new Slice();

  constructor(
    private config: Config,
    private call: OwnCall,
    private metrics: Metrics,
  ) {
    this.isBasic = config.identity.source == IdentitySource.BASIC;
    this.remembered = new RememberedPasswords(config.identity.remember);
    const limits = config.limits;
    this.failures = new FailureLog(limits.authFailureCount, limits.authFailurePer, limits.authFailureBlock);
  }

  /** Seconds that sign-ins of this person from this address are still blocked; 0 when they are not. */
  blockedFor(person: Person, now: i64): i64 {
    if (!this.isBasic || !person.isSignedIn || !this.failures.any()) return 0;
    return this.failures.blockedFor(person.name, this.source(), now);
  }

  /**
   * True when the server must be asked whether the password is right before the decision is carried out: for answers
   * of the filter's own that tell of the policy, and for all requests that go on without the client's credentials.
   * `cached`: the answer may come from the cache.
   */
  mustCheck(it: Case, passthrough: bool, cached: bool, authorization: Writer): bool {
    if (!this.isBasic || !it.person.isSignedIn) return false;
    const decision = it.decision;
    const needed =
      decision.verdict == Verdict.PASS
        ? !passthrough || cached || this.isOnlyForSignedIn(it)
        : decision.verdict == Verdict.ANSWER_MULTIGET ||
          (decision.verdict == Verdict.REFUSE && tellsOfPolicy(decision.reason));
    return needed && !this.remembered.has(authorization, it.now);
  }

  /** Asks the server for the person's principal with the person's credentials; the call's token, or 0. */
  check(stream: u32, person: Person, authorization: Writer, authority: Slice): u32 {
    this.path.reset();
    this.config.layout.writePrincipal(this.path, person.name);
    this.call.begin(Names.PROPFIND, this.path, authority);
    const headers = this.call.headers;
    headers.add(Names.AUTHORIZATION, authorization.ptr, authorization.len);
    headers.addText(Names.DEPTH, Names.ZERO);
    headers.addText(Names.CONTENT_TYPE, Names.XML);
    return this.call.send(stream, QUESTION);
  }

  /** The status of the answer to `check`; read before any other stream is entered. */
  statusOfCall(): i32 {
    return this.call.status(this.value);
  }

  /** Takes the status of the answer to `check`: only a 207 says that the server let this person in. */
  take(it: Case, authorization: Writer, status: i32): void {
    if (status == 207) return this.remembered.add(authorization, it.now);
    if (logs(LogLevel.WARN)) {
      log(LogLevel.WARN, "caldav: a password could not be checked, the server answered " + status.toString());
    }
    it.decision.refuse(status == 0 || status >= 500 ? 503 : 502, Reason.UPSTREAM);
  }

  /**
   * The server has answered its owner's request for a resource, with these credentials. Many answer OPTIONS, and GET of
   * what is public, whatever the password: only a 207 counts, as in a check.
   */
  seen(authorization: Writer, status: i32, now: i64): void {
    if (!this.isBasic || authorization.len == 0) return;
    if (status == 207) this.remembered.add(authorization, now);
  }

  /** The server has refused these credentials: they are not remembered any more, and a failed sign-in is counted. */
  failed(person: Person, authorization: Writer, now: i64): void {
    if (authorization.len == 0) return;
    this.metrics.failedSignIns.add(1);
    if (!this.isBasic) return;
    this.remembered.remove(authorization);
    if (person.isSignedIn) this.failures.add(person.name, this.source(), now);
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.remembered.free();
    this.failures.free();
    this.path.release(0);
    this.call.free();
  }

  /** What lies outside the layout may be served to anybody by the server: only the filter asks for a sign-in. */
  private isOnlyForSignedIn(it: Case): bool {
    const isOther = it.decision.reason == Reason.OTHER_PATH;
    return isOther && this.config.otherPaths.find(it.request.path) == PrefixAccess.AUTHENTICATED;
  }

  /** The client's address without its port; empty when Envoy does not say. */
  private source(): Slice {
    this.value.clear();
    if (!readProperty(SOURCE_ADDRESS.ptr, SOURCE_ADDRESS.len, this.value)) return this.value;
    let end = this.value.len;
    while (end > 0 && load<u8>(this.value.ptr + <usize>(end - 1)) != 0x3a) end--;
    if (end > 1) this.value.len = end - 1;
    return this.value;
  }
}

/** True for a refusal that is not the same for everybody. */
function tellsOfPolicy(reason: i32): bool {
  switch (reason) {
    case Reason.NOT_READABLE:
    case Reason.LACKS_PRIVILEGE:
    case Reason.SHARING:
    case Reason.DESTINATION:
    case Reason.PRECONDITION:
    case Reason.REDACTED:
    case Reason.HIDDEN_PROPERTY:
    case Reason.UNKNOWN_REPORT:
    case Reason.TOO_MANY_HREFS:
    case Reason.DEPTH:
    case Reason.METHOD:
    // A body is read only where the headers alone would have let the request pass.
    case Reason.BAD_BODY:
    case Reason.TOO_LARGE:
      return true;
    default:
      return false;
  }
}
