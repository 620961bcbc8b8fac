import { StreamContext } from "../abi/context";
import { nanoseconds } from "../host/clock";
import { Histogram } from "../host/metric";
import { Stream } from "./stream";

/** A stream whose callbacks are timed: the clock costs as much as a good part of a request, so few streams are. */
export class TimedStream extends StreamContext {
  private began: u64 = 0;
  private spent: u64 = 0;

  constructor(
    private stream: Stream,
    private time: Histogram,
  ) {
    super();
  }

  onRequestHeaders(endOfStream: bool): u32 {
    const action = this.begin().onRequestHeaders(endOfStream);
    this.end();
    return action;
  }

  onRequestBody(size: i32, endOfStream: bool): u32 {
    const action = this.begin().onRequestBody(size, endOfStream);
    this.end();
    return action;
  }

  onRequestTrailers(): u32 {
    const action = this.begin().onRequestTrailers();
    this.end();
    return action;
  }

  onResponseHeaders(endOfStream: bool): u32 {
    const action = this.begin().onResponseHeaders(endOfStream);
    this.end();
    return action;
  }

  onResponseBody(size: i32, endOfStream: bool): u32 {
    const action = this.begin().onResponseBody(size, endOfStream);
    this.end();
    return action;
  }

  onResponseTrailers(): u32 {
    const action = this.begin().onResponseTrailers();
    this.end();
    return action;
  }

  onCallResponse(token: u32, headers: i32, bodySize: i32): void {
    this.begin().onCallResponse(token, headers, bodySize);
    this.end();
  }

  onWake(isLast: bool): void {
    this.begin().onWake(isLast);
    this.end();
  }

  onDelete(): void {
    this.begin().onDelete();
    this.end();
    this.time.record(this.spent / 1000);
  }

  private begin(): Stream {
    this.began = nanoseconds();
    this.stream.id = this.id;
    return this.stream;
  }

  private end(): void {
    const now = nanoseconds();
    if (now > this.began) this.spent += now - this.began;
  }
}
