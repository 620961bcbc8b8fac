import { Writer } from "../../../assembly/bytes/writer";
import { Redactor } from "../../../assembly/policy/redaction";
import { View } from "../../../assembly/policy/redaction_view";

/** The redactor for tests in Node: a view, a text in pieces, and what is shown of it. */

const redactor = new Redactor();
const view = new View();
const out = new Writer(64 << 20);

export function alloc(len: i32): usize {
  return heap.alloc(<usize>len);
}

export function free(ptr: usize): void {
  heap.free(ptr);
}

/** Sets the view of the texts that follow. */
export function look(all: bool, privateEvents: u8, confidentialEvents: u8, keepAlarms: bool, freeBusyOnly: bool): void {
  view.all = all;
  view.privateEvents = privateEvents;
  view.confidentialEvents = confidentialEvents;
  view.keepAlarms = keepAlarms;
  view.freeBusyOnly = freeBusyOnly;
}

export function begin(isCollection: bool): void {
  redactor.begin(view, isCollection);
}

export function write(ptr: usize, len: i32): void {
  redactor.write(ptr, len);
}

/** Ends the text; true when something is shown. */
export function end(): bool {
  out.reset();
  return redactor.end(out);
}

export function outPtr(): usize {
  return out.ptr;
}

export function outLen(): i32 {
  return out.len;
}
