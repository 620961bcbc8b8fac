import { proxy_dequeue_shared_queue, proxy_enqueue_shared_queue, proxy_register_shared_queue } from "../abi/imports";
import { answerAddress, answeredLen, answeredPtr } from "../abi/memory";
import { Status } from "../abi/types";
import { Slice } from "../bytes/slice";
import { fillRandom } from "./random";

const PREFIX: StaticArray<u8> = StaticArray.fromArray<u8>([0x63, 0x61, 0x6c, 0x64, 0x61, 0x76, 0x2e]);
const NAME_SIZE: i32 = 7 + 16;
const TOKEN: usize = memory.data(4);

/** A name that no other worker's VM has. Queues are never taken away, so each VM has one, whatever it is configured to. */
const name = new StaticArray<u8>(NAME_SIZE);
let isNamed: bool = false;
let own: u32 = 0;

/**
 * Opens this VM's mailbox: the host then calls `proxy_on_queue_ready` of the root of the stream that it is calling, for
 * each letter. Envoy posts that to the worker's own event loop: nothing else of this VM is being called then, so any
 * stream can be answered. Gives the address that others post to, or 0. To be called again now and then, since the root
 * that did it before may be gone with its configuration.
 */
export function openMailbox(): u32 {
  if (!isNamed) {
    memory.copy(changetype<usize>(name), changetype<usize>(PREFIX), 7);
    if (!fillRandom(changetype<usize>(name) + 7, 16)) return 0;
    isNamed = true;
  }
  store<u32>(TOKEN, 0);
  if (proxy_register_shared_queue(changetype<usize>(name), NAME_SIZE, TOKEN) == Status.OK) own = load<u32>(TOKEN);
  return own;
}

/** The address of this VM's mailbox; 0 before it was opened. */
export function ownMailbox(): u32 {
  return own;
}

/** Puts a letter into a mailbox, of this worker or another one. */
export function post(to: u32, ptr: usize, len: i32): bool {
  return to != 0 && proxy_enqueue_shared_queue(to, ptr, len) == Status.OK;
}

/** Takes the next letter out of this VM's mailbox; false when it is empty. The bytes are scratch. */
export function takeLetter(into: Slice): bool {
  const answer = answerAddress();
  if (own == 0 || proxy_dequeue_shared_queue(own, answer, answer + 4) != Status.OK || answeredPtr() == 0) return false;
  into.set(answeredPtr(), answeredLen());
  return true;
}
