import { proxy_http_call } from "../abi/imports";
import { expectCall } from "../abi/dispatch";
import { Status } from "../abi/types";
import { HeaderBlock } from "./header_block";

const TOKEN: usize = memory.data(4);

/**
 * Sends a request of the filter's own to a cluster; the answer comes to the stream's `onCallResponse`. Gives the
 * call's token, or 0 when the host refuses (no such cluster, say).
 */
export function sendCall(
  stream: u32,
  cluster: usize,
  clusterLen: i32,
  headers: HeaderBlock,
  body: usize,
  bodyLen: i32,
  timeoutMs: u32,
): u32 {
  const block = headers.seal();
  if (headers.overflow) return 0;
  store<u32>(TOKEN, 0);
  const status = proxy_http_call(
    cluster,
    clusterLen,
    block.ptr,
    block.len,
    body,
    bodyLen,
    NO_TRAILERS,
    4,
    timeoutMs,
    TOKEN,
  );
  const token = load<u32>(TOKEN);
  if (status != Status.OK) return 0;
  expectCall(token, stream);
  return token;
}

const NO_TRAILERS: usize = memory.data(4);
