import { Writer } from "../../../assembly/bytes/writer";
import { Redactor } from "../../../assembly/policy/redaction";
import { View } from "../../../assembly/policy/redaction_view";

const redactor = new Redactor();
const view = new View();
const out = new Writer(64 << 20);
let input: usize = 0;
let inputSize: i32 = 0;

/** Room for a text of `len` bytes, until the next call. */
export function room(len: i32): usize {
  if (len > inputSize) {
    if (input != 0) heap.free(input);
    input = heap.alloc(<usize>len);
    inputSize = len;
  }
  return input;
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

/** Ends the text; the number of bytes written, or -1 when it is withheld. */
export function end(): i32 {
  out.reset();
  return redactor.end(out) ? out.len : -1;
}

export function written(): usize {
  return out.ptr;
}
