import { proxy_dequeue_shared_queue, proxy_enqueue_shared_queue, proxy_register_shared_queue } from "../abi/imports";
import { answerAddress } from "../abi/memory";
import { Status } from "../abi/types";
import { fillRandom } from "./random";

const PREFIX: StaticArray<u8> = StaticArray.fromArray<u8>([0x63, 0x61, 0x6c, 0x64, 0x61, 0x76, 0x2e]);
const NAME_SIZE: i32 = 7 + 16;
const TOKEN: usize = memory.data(4);
const RING: usize = memory.data(4);

/** A name that no other worker's VM has. Queues are never taken away, so each VM has one, whatever it is configured to. */
const name = new StaticArray<u8>(NAME_SIZE);
let isNamed: bool = false;
let token: u32 = 0;
let isRinging: bool = false;

/**
 * Asks the host for `proxy_on_queue_ready` of the root of the stream that it is calling, after each `ring`. Envoy posts it to the
 * worker's own event loop: nothing else of this VM is being called then, so other streams can be answered.
 */
export function hangDoorbell(): void {
  if (!isNamed) {
    memory.copy(changetype<usize>(name), changetype<usize>(PREFIX), 7);
    if (!fillRandom(changetype<usize>(name) + 7, 16)) return;
    isNamed = true;
  }
  store<u32>(TOKEN, 0);
  if (proxy_register_shared_queue(changetype<usize>(name), NAME_SIZE, TOKEN) == Status.OK) token = load<u32>(TOKEN);
}

/** Has `proxy_on_queue_ready` called soon; once, however often it is rung before. Without a doorbell nothing happens. */
export function ring(): void {
  if (token == 0 || isRinging) return;
  isRinging = proxy_enqueue_shared_queue(token, RING, 1) == Status.OK;
}

/** The host has come: takes what was put into the queue. */
export function answerDoorbell(): void {
  const answer = answerAddress();
  proxy_dequeue_shared_queue(token, answer, answer + 4);
  isRinging = false;
}
