import { Status } from "./abi.ts";

/** Bytes that a guest can read, and replace when they are a body. */
export interface GuestBuffer {
  readonly bytes: Buffer;
  /** `proxy_set_buffer_bytes`. */
  replace(start: number, length: number, data: Buffer): number;
}

/** Bytes that the guest cannot change. */
export function readOnly(bytes: Uint8Array): GuestBuffer {
  return { bytes: Buffer.from(bytes), replace: () => Status.BadArgument };
}

/** A piece of body, or all of it while it is held; calls back once when it grows over its limit. */
export class BodyBuffer implements GuestBuffer {
  private overLimit = false;

  /**
   * @param limit most bytes before `onOverLimit` is called; 0 for none
   */
  constructor(
    public bytes: Buffer = Buffer.alloc(0),
    private readonly limit = 0,
    private readonly onOverLimit: () => void = () => {},
  ) {}

  /** Takes all bytes of another buffer, which is empty then. */
  moveFrom(other: BodyBuffer): void {
    const bytes = other.bytes;
    other.bytes = Buffer.alloc(0);
    this.become(Buffer.concat([this.bytes, bytes]));
  }

  /** Takes the bytes out. */
  drain(): Buffer {
    const bytes = this.bytes;
    this.bytes = Buffer.alloc(0);
    this.overLimit = false;
    return bytes;
  }

  /** Envoy's `Buffer::copyFrom`: replaces bytes at the front, or appends; anything in the middle is refused. */
  replace(start: number, length: number, data: Buffer): number {
    if (start === 0) this.become(Buffer.concat([data, this.bytes.subarray(length)]));
    else if (start >= this.bytes.length) this.become(Buffer.concat([this.bytes, data]));
    else return Status.BadArgument;
    return Status.Ok;
  }

  private become(bytes: Buffer): void {
    this.bytes = bytes;
    if (this.limit === 0 || bytes.length <= this.limit) this.overLimit = false;
    else if (!this.overLimit) {
      this.overLimit = true;
      this.onOverLimit();
    }
  }
}
