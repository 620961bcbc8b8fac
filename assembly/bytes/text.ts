/**
 * A constant of UTF-8 bytes, encoded once when the module starts. Its bytes live as long as the object, so module
 * constants can be handed to the host, compared and copied without making garbage.
 */
export class Text {
  readonly buffer: ArrayBuffer;

  constructor(value: string) {
    this.buffer = String.UTF8.encode(value);
  }

  get ptr(): usize {
    return changetype<usize>(this.buffer);
  }

  get len(): i32 {
    return this.buffer.byteLength;
  }
}

/** Makes a `Text` of `value`; meant for module constants. */
export function text(value: string): Text {
  return new Text(value);
}
