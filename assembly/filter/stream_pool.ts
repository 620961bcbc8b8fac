import { StreamContext } from "../abi/context";
import { OverloadedStream } from "./overloaded_stream";
import { Plugin } from "./root";
import { Stream } from "./stream";
import { TimedStream } from "./timed_stream";

/**
 * Streams that ended wait here to be used again, so that a request makes no garbage. None is dropped: their buffers are
 * outside of garbage collection. So there are as many as were ever open at once, up to a limit.
 */
const idle: Stream[] = [];
const MAX_STREAMS: i32 = 16384;
let made: i32 = 0;
/** One request in so many is timed. */
const TIMED: u32 = 64;
let taken: u32 = 0;

/** A stream for a new request: used before, new, or over the limit one that refuses. */
export function takeStream(plugin: Plugin): StreamContext {
  if (idle.length == 0 && made >= MAX_STREAMS) return new OverloadedStream(plugin.replies);
  if (idle.length == 0) made++;
  const stream = idle.length > 0 ? idle.pop() : new Stream();
  stream.begin(plugin);
  plugin.streams++;
  return taken++ % TIMED == 0 ? new TimedStream(stream, plugin.metrics.time) : stream;
}

/** Gives a stream back; what it held is gone. */
export function returnStream(stream: Stream, plugin: Plugin): void {
  plugin.streams--;
  plugin.release();
  idle.push(stream);
}
