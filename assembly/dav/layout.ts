/** Where things live on the server: the compiled `layout`. */
export class Layout {
  /**
   * Compiles the three patterns, such as `/{user}/{calendar}/`.
   * Gives null when they are right, else one sentence that says what is wrong, beginning with `principal`, `home` or
   * `calendar`.
   */
  compile(principal: string, home: string, calendar: string): string | null {
    return null;
  }
}
