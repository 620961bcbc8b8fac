import { DataAction, HeadersAction, TrailersAction } from "./abi.ts";
import { BodyBuffer } from "./body-buffer.ts";
import { HeaderMap } from "./header-map.ts";

/** What takes headers, body and trailers: the filter (whose answers are actions), or what lies behind it. */
export interface Target<Answer> {
  headers(headers: HeaderMap, end: boolean): Answer;
  data(data: BodyBuffer, end: boolean): Answer;
  trailers(trailers: HeaderMap): Answer;
}

/** What a direction asks of the stream it belongs to. */
export interface DirectionHost {
  /** Whether held data may still go on. */
  canContinue(): boolean;
  /** Runs after each callback that ended in a local reply or a reset. */
  onAborted(): void;
  /** The held body grew over the limit while Envoy was asked to hold all of it. */
  onTooLarge(): void;
  readonly bufferLimit: number;
}

type Iteration = "continue" | "stop" | "stop all, buffer" | "stop all, watermark";

/**
 * Request or response on its way through one filter: Envoy's `FilterManager` (`ActiveStreamFilterBase`) for a chain of
 * this filter and what follows it. Method names are Envoy's, so that the two can be read side by side.
 */
export class Direction {
  headersMap: HeaderMap | null = null;
  trailersMap: HeaderMap | null = null;
  /** Body held by the filter. */
  buffered: BodyBuffer | null = null;
  /** True while only the watermark holds data back, so going over the limit stops reading instead of failing. */
  streaming = true;
  /** Set by a local reply or reset during a callback: nothing further goes on. */
  aborted = false;
  /** Whether the sender has finished. */
  observedEnd = false;
  /** Whether a callback of this direction is running. */
  calling = false;
  /** Over the limit while streaming: Envoy stops reading from the sender. */
  paused = false;

  private iteration: Iteration = "continue";
  private headersContinued = false;
  private iterateFromCurrent = false;
  private filterSawEnd = false;
  private targetSawEnd = false;

  constructor(
    private readonly host: DirectionHost,
    private readonly filter: Target<number>,
    private readonly next: Target<void>,
    private readonly encoding: boolean,
  ) {}

  /** Whether the filter has let the headers through. */
  get headersPassed(): boolean {
    return this.headersContinued;
  }

  get held(): boolean {
    return this.iteration !== "continue";
  }

  /** Headers arrive. */
  sendHeaders(headers: HeaderMap, end: boolean): void {
    this.headersMap = headers;
    this.filterSawEnd = end;
    let action = this.callback(() => this.filter.headers(headers, end));
    if (this.aborted) {
      this.host.onAborted();
      action = HeadersAction.StopIteration;
    }
    if (action === HeadersAction.StopIteration) this.iteration = "stop";
    else if (action === HeadersAction.StopAllIterationAndBuffer) this.iteration = "stop all, buffer";
    else if (action === HeadersAction.StopAllIterationAndWatermark) this.iteration = "stop all, watermark";
    else {
      this.headersContinued = true;
      this.doHeaders(end);
    }
  }

  /** A piece of body arrives. */
  sendData(data: BodyBuffer, end: boolean): void {
    if (this.aborted && !this.encoding) return;
    if (this.stoppedAll) {
      this.streaming = this.iteration === "stop all, watermark";
      this.bufferData(data);
      return;
    }
    if (!this.filterSawEnd) this.filterData(data, end);
  }

  /** Trailers arrive, and with them the end. */
  sendTrailers(trailers: HeaderMap): void {
    if (this.aborted && !this.encoding) return;
    this.trailersMap = trailers;
    if (!this.stoppedAll) this.filterTrailers(trailers);
  }

  /** The filter lets go of what it holds (`commonContinue`). */
  continue(): void {
    if (!this.host.canContinue()) return;
    if (this.stoppedAll) this.iterateFromCurrent = true;
    this.iteration = "continue";
    this.paused = false;
    if (!this.headersContinued) {
      this.headersContinued = true;
      this.doHeaders(this.observedEnd && !this.buffered && !this.trailersMap);
    }
    const hadTrailers = this.trailersMap !== null;
    if (this.buffered) this.doData(this.buffered, this.observedEnd && !hadTrailers);
    if (hadTrailers && this.trailersMap) this.doTrailers(this.trailersMap);
    this.iterateFromCurrent = false;
  }

  /** Adds to the held body, from within a callback. */
  addData(data: BodyBuffer): void {
    this.streaming = false;
    this.bufferData(data);
  }

  /** Trailers that the filter makes during the last data callback. */
  addTrailers(): HeaderMap {
    this.trailersMap = new HeaderMap("other");
    return this.trailersMap;
  }

  private get stoppedAll(): boolean {
    return this.iteration === "stop all, buffer" || this.iteration === "stop all, watermark";
  }

  private filterData(data: BodyBuffer, end: boolean): void {
    const hadTrailers = this.trailersMap !== null;
    this.filterSawEnd = end && !hadTrailers;
    let action = this.callback(() => this.filter.data(data, this.filterSawEnd));
    if (this.aborted) {
      this.host.onAborted();
      if (!this.encoding) return;
      action = DataAction.StopIterationNoBuffer;
    }
    const trailersAdded = !hadTrailers && this.trailersMap !== null;
    if (this.handleAfterData(action, data)) this.nextData(data, end && !trailersAdded);
    else if (this.encoding || !trailersAdded) return;
    if (trailersAdded && this.trailersMap) this.nextTrailers(this.trailersMap);
  }

  private filterTrailers(trailers: HeaderMap): void {
    let action = this.callback(() => this.filter.trailers(trailers));
    this.filterSawEnd = true;
    if (this.aborted) {
      this.host.onAborted();
      action = TrailersAction.StopIteration;
    }
    if (action !== TrailersAction.Continue) {
      if (this.iteration === "continue") this.iteration = "stop";
    } else if (this.iteration === "stop") this.continue();
    else this.nextTrailers(trailers);
  }

  /** What the filter's answer to data does; true when the data goes on as it is. */
  private handleAfterData(action: number, data: BodyBuffer): boolean {
    if (action === DataAction.Continue) {
      if (this.iteration !== "stop") return true;
      this.bufferData(data);
      this.continue();
      return false;
    }
    this.iteration = "stop";
    if (action !== DataAction.StopIterationNoBuffer) {
      this.streaming = action === DataAction.StopIterationAndWatermark;
      this.bufferData(data);
    } else if (this.observedEnd && !this.trailersMap && !this.buffered) this.buffered = this.createBuffer();
    return false;
  }

  private bufferData(data: BodyBuffer): void {
    if (this.buffered === data) return;
    this.buffered ??= this.createBuffer();
    this.buffered.moveFrom(data);
  }

  private createBuffer(): BodyBuffer {
    return new BodyBuffer(Buffer.alloc(0), this.host.bufferLimit, () => {
      if (this.streaming) this.paused = true;
      else this.host.onTooLarge();
    });
  }

  private doHeaders(end: boolean): void {
    if (!this.headersMap) return;
    this.targetSawEnd = end;
    this.next.headers(this.headersMap, end);
  }

  private doData(data: BodyBuffer, end: boolean): void {
    if (this.aborted && !this.encoding) return;
    if (this.iterateFromCurrent) {
      if (!this.filterSawEnd) this.filterData(data, end);
    } else this.nextData(data, end);
  }

  private doTrailers(trailers: HeaderMap): void {
    if (this.aborted && !this.encoding) return;
    if (this.iterateFromCurrent) this.filterTrailers(trailers);
    else this.nextTrailers(trailers);
  }

  private nextData(data: BodyBuffer, end: boolean): void {
    if (this.targetSawEnd) return;
    this.targetSawEnd = end;
    this.next.data(data, end);
  }

  private nextTrailers(trailers: HeaderMap): void {
    if (this.targetSawEnd) return;
    this.targetSawEnd = true;
    this.next.trailers(trailers);
  }

  private callback(call: () => number): number {
    this.calling = true;
    const action = call();
    this.calling = false;
    return action;
  }
}
