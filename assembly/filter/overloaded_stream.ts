import { StreamContext } from "../abi/context";
import { Action } from "../abi/types";
import { Replies } from "./replies";

/** A request too many: refused with 503 before anything is read, since memory for one more could end the VM. */
export class OverloadedStream extends StreamContext {
  constructor(private replies: Replies) {
    super();
  }

  onRequestHeaders(endOfStream: bool): u32 {
    this.replies.refuseFor(503, 1);
    return Action.PAUSE;
  }

  onRequestBody(size: i32, endOfStream: bool): u32 {
    return Action.PAUSE;
  }

  onRequestTrailers(): u32 {
    return Action.PAUSE;
  }

  onResponseHeaders(endOfStream: bool): u32 {
    return Action.CONTINUE;
  }

  onResponseBody(size: i32, endOfStream: bool): u32 {
    return Action.CONTINUE;
  }

  onResponseTrailers(): u32 {
    return Action.CONTINUE;
  }

  onCallResponse(token: u32, headers: i32, bodySize: i32): void {}

  onWake(isLast: bool): void {}

  onDelete(): void {}
}
