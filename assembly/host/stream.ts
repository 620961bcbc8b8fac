import { proxy_continue_stream } from "../abi/imports";
import { StreamKind } from "../abi/types";

/** Lets a held request go on to the server. */
export function continueRequest(): void {
  proxy_continue_stream(StreamKind.REQUEST);
}
