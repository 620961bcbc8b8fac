export { DataAction, HeadersAction, MetricType, Status, TrailersAction, type Level } from "./abi.ts";
export { Emulator, type Configured } from "./emulator.ts";
export type {
  Exchange,
  ExchangeOptions,
  RequestInput,
  UpstreamHandler,
  UpstreamReply,
  UpstreamRequest,
} from "./exchange.ts";
export type { HttpCall } from "./http-call.ts";
export { LoadError } from "./module-check.ts";
export type { LogLine, ProcessOptions } from "./process.ts";
export { int, type Property } from "./properties.ts";
export type { LocalReply } from "./local-reply.ts";
export type { Message } from "./message.ts";
export type { Stream } from "./stream.ts";
