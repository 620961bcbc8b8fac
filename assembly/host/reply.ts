import { proxy_send_local_response } from "../abi/imports";
import { Text } from "../bytes/text";
import { HeaderBlock } from "./header_block";

/**
 * Answers in the server's place. `details` is for access logs (`%RESPONSE_CODE_DETAILS%`) only. The answer comes back
 * through the stream's own response callbacks.
 */
export function sendReply(status: u32, headers: HeaderBlock, body: usize, bodyLen: i32, details: Text): void {
  const block = headers.seal();
  proxy_send_local_response(status, details.ptr, details.len, body, bodyLen, block.ptr, block.len, -1);
}
