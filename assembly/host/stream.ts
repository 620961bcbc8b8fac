import { proxy_continue_stream } from "../abi/imports";
import { StreamKind } from "../abi/types";

/** Lets a held request go on to the server. */
export function continueRequest(): void {
  proxy_continue_stream(StreamKind.REQUEST);
}

/** Lets a held response go on to the client. */
export function continueResponse(): void {
  proxy_continue_stream(StreamKind.RESPONSE);
}
