import { Generations, RunningWrite, Scope, Snapshot } from "../cache/generations";
import { Config, Server } from "../config/config";
import { Resource, ResourceKind } from "../dav/layout";
import { Method } from "../dav/method";
import { Destination } from "../dav/request";
import { now } from "../host/clock";
import { Case } from "../policy/decide";
import { sharedEntries } from "./shared_entries";

/** One for all: what is written through any listener of this VM id is stale in the caches of all. */
export const generations = new Generations(sharedEntries);

/** A write on its way to the server, as the caches have to know of it (contract, section 6). One for each stream. */
export class WriteMark {
  private source: RunningWrite = new RunningWrite();
  private destination: RunningWrite = new RunningWrite();
  private isRunning: bool = false;
  private status: i32 = 0;

  /** Notes that the request goes on, if it is a write. False when that could not be noted: then it must not. */
  begin(config: Config, it: Case): bool {
    const request = it.request;
    if (this.isRunning || !writes(request.method)) return true;
    const time = now();
    this.status = 0;
    this.isRunning = true;
    const isolated = isolatesOwners(config.server);
    if (request.method != Method.COPY && !note(this.source, request.method, request.resource, isolated, time))
      return false;
    if (request.destinationState != Destination.HERE) return true;
    return note(this.destination, request.method, request.destination, isolated, time);
  }

  /** The server has said what became of it. */
  answered(status: i32): void {
    this.status = status;
  }

  /** The answer is complete, or (`isComplete` false) the stream is gone without: it is as after the write from now on. */
  end(isComplete: bool): void {
    if (!this.isRunning) return;
    this.isRunning = false;
    const time = now();
    // A gateway's word says nothing about what the server does, or will still do.
    const isUncertain = !isComplete || this.status == 0 || (this.status >= 502 && this.status <= 504);
    generations.end(this.source, isUncertain, time);
    generations.end(this.destination, isUncertain, time);
  }
}

function writes(method: i32): bool {
  switch (method) {
    case Method.GET:
    case Method.HEAD:
    case Method.OPTIONS:
    case Method.PROPFIND:
    case Method.REPORT:
      return false;
    default:
      return true;
  }
}

/** What one user's write does is seen in that user's calendars only: no scheduling, no shares of the server's own. */
function isolatesOwners(server: i32): bool {
  return server == Server.RADICALE || server == Server.XANDIKOS;
}

function note(write: RunningWrite, method: i32, resource: Resource, isolated: bool, time: i64): bool {
  const isObject = resource.kind == ResourceKind.OBJECT && method != Method.MKCOL && method != Method.MKCALENDAR;
  const everyone = !isolated || resource.kind < ResourceKind.PRINCIPAL || resource.isScheduling;
  const scope = isObject ? Scope.OBJECT : Scope.STRUCTURE;
  return generations.begin(write, resource.user, resource.calendar, scope, everyone, time);
}

/** Takes the generations on which a read of the resource depends; `time` in ms. */
export function snapshotOf(resource: Resource, into: Snapshot, time: i64): void {
  if (resource.isInCalendar) generations.ofCalendar(into, resource.user, resource.calendar, time);
  else generations.ofOwner(into, resource.user, time);
}
