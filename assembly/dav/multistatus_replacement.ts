import { Writer } from "../bytes/writer";
import { HeldOutput } from "../xml/held_output";
import { XmlTag } from "../xml/tag";
import { TextDecoder } from "../xml/text_decoder";
import { MultistatusPolicy } from "./multistatus_policy";

/** The longest local name and value of a property that is replaced. */
const MAX_VALUE: i32 = 64 << 10;

/**
 * The property that a policy replaces: gathers the text in it, and writes what it says instead. A property that holds
 * nothing (a name only, or without a value here) stays empty; one whose text is too long or malformed becomes so.
 */
export class PropertyReplacement {
  /** The depth of its element. */
  depth: i32 = 0;
  /** Nothing of it stays: the policy only wants to see it. */
  discards: bool = false;
  private namespace: i32 = 0;
  private hasContent: bool = false;
  private name: Writer = new Writer(MAX_VALUE);
  private value: Writer = new Writer(MAX_VALUE);
  private decoder: TextDecoder = new TextDecoder();

  /** Gives memory back that is larger than `keep` bytes. */
  release(keep: i32): void {
    this.name.release(keep);
    this.value.release(keep);
  }

  begin(tag: XmlTag, depth: i32, discards: bool): void {
    this.discards = discards;
    this.depth = depth;
    this.namespace = tag.namespace;
    this.hasContent = false;
    this.name.reset();
    this.name.bytes(tag.local, tag.localLen);
    this.value.reset();
    this.decoder.begin();
  }

  /** A tag stands in it. */
  element(): void {
    this.hasContent = true;
    this.decoder.boundary();
  }

  /** A comment or the mark of a CDATA section stands in it. */
  boundary(): void {
    this.decoder.boundary();
  }

  /** Takes a piece of text as written. */
  text(ptr: usize, len: i32, cdata: bool): void {
    this.hasContent = true;
    this.decoder.feed(ptr, len, cdata);
    while (this.decoder.next()) this.value.bytes(this.decoder.ptr, this.decoder.len);
  }

  /** Its end is here. */
  finish(policy: MultistatusPolicy, output: HeldOutput): void {
    this.decoder.boundary();
    if (!this.hasContent || this.decoder.bad || this.value.overflow || this.name.overflow) return;
    const value = this.value;
    policy.replaceProperty(this.namespace, this.name.ptr, this.name.len, value.ptr, value.len, output.writer());
  }
}
