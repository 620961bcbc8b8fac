import { Plugin } from "./root";
import { Stream } from "./stream";

/** Streams that ended wait here to be used again, so that a request makes no garbage. */
const idle: Stream[] = [];
const MAX_IDLE: i32 = 256;

/** A stream for a new request, used before or new. */
export function takeStream(plugin: Plugin): Stream {
  const stream = idle.length > 0 ? idle.pop() : new Stream();
  stream.begin(plugin);
  plugin.streams++;
  return stream;
}

/** Gives a stream back; what it held is gone. */
export function returnStream(stream: Stream, plugin: Plugin): void {
  plugin.streams--;
  plugin.release();
  if (idle.length < MAX_IDLE) idle.push(stream);
}
