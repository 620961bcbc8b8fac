/** The `other_paths` of the configuration: prefixes outside the layout, compared by decoded segments. */
export class PrefixTable {
  /** Adds a prefix such as `/.web/`; null when it is right, else what is wrong with it, as part of a sentence. */
  add(prefix: string, anyone: bool): string | null {
    return null;
  }
}
