import { equal } from "../bytes/slice";
import { Text, text } from "../bytes/text";
import { Kind } from "./document";

/** What a text must be like, beyond being a text. */
export namespace Format {
  export const TEXT: i32 = 0;
  /** One of the shape's words. */
  export const WORD: i32 = 1;
  /** A user, group, backend or the like: one path segment. */
  export const NAME: i32 = 2;
  /** The name of an HTTP field that may carry an identity. */
  export const HEADER: i32 = 3;
  /** OWNER/CALENDAR, either of them may be `*`. */
  export const CALENDAR: i32 = 4;
  /** Whom to share with: a user, group:NAME, authenticated, anyone. */
  export const SUBJECT: i32 = 5;
  export const REALM: i32 = 6;
  export const DOMAIN: i32 = 7;
  /** The user-id of RFC 7617. */
  export const USER_ID: i32 = 8;
  /** RFC 3339; becomes a number, ms since 1970. */
  export const TIMESTAMP: i32 = 9;
  /** Such as 60s; becomes a number, ms. */
  export const DURATION: i32 = 10;
  /** Such as 1MiB; becomes a number, bytes. */
  export const SIZE: i32 = 11;
}

/** A key of an object and what it holds. */
export class Field {
  /** The length of the key. */
  readonly len: i32;

  constructor(
    readonly key: Text,
    readonly shape: Shape,
    readonly required: bool,
  ) {
    this.len = key.len;
  }
}

/** What may stand at one place of a configuration; the check and the JSON Schema follow it. */
export class Shape {
  /** For texts. */
  format: i32 = Format.TEXT;
  words: Text[] = [];
  /** What a word is, in `unknown role "raed"`. */
  noun: string = "word";
  /** Words that belong to another place, and the hint to give for one. */
  strayWords: Text[] = [];
  strayHint: string = "";
  /** The word that `false` stands for, since YAML reads `off` as false; -1 for none. */
  falseWord: i32 = -1;
  /** Never show the value. */
  secret: bool = false;
  /** For objects with known keys. */
  fields: Field[] = [];
  /** For objects whose keys are names. */
  entries: Shape | null = null;
  keyFormat: i32 = Format.NAME;
  /** For lists. */
  items: Shape | null = null;
  minItems: i32 = 0;
  /** For numbers, sizes and durations. */
  min: f64 = 0;
  max: f64 = 0;

  /** `kinds` are bits of `Kind`; `what` goes on after "must be". */
  constructor(
    public kinds: u8,
    public what: string,
  ) {}

  /** The index of a word, or -1. */
  wordIndex(ptr: usize, len: i32): i32 {
    return indexOfWord(this.words, ptr, len);
  }

  range(min: f64, max: f64): Shape {
    this.min = min;
    this.max = max;
    return this;
  }

  /** Names the words of another place, and what to say when one of them stands here. */
  stray(words: Text[], hint: string): Shape {
    this.strayWords = words;
    this.strayHint = hint;
    return this;
  }

  hidden(): Shape {
    this.secret = true;
    return this;
  }
}

export function indexOfWord(words: Text[], ptr: usize, len: i32): i32 {
  for (let i = 0; i < words.length; i++) {
    const word = unchecked(words[i]);
    if (equal(ptr, len, word.ptr, word.len)) return i;
  }
  return -1;
}

export function required(key: Text, shape: Shape): Field {
  return new Field(key, shape, true);
}

export function optional(key: Text, shape: Shape): Field {
  return new Field(key, shape, false);
}

export function object(fields: Field[]): Shape {
  const shape = new Shape(Kind.OBJECT, "an object");
  shape.fields = fields;
  return shape;
}

/** An object whose keys are of `keyFormat`. */
export function map(keyFormat: i32, entries: Shape): Shape {
  const shape = new Shape(Kind.OBJECT, "an object");
  shape.keyFormat = keyFormat;
  shape.entries = entries;
  return shape;
}

export function list(items: Shape, minItems: i32): Shape {
  const shape = new Shape(Kind.LIST, "a list");
  shape.items = items;
  shape.minItems = minItems;
  return shape;
}

export function words(noun: string, all: string[]): Shape {
  const shape = new Shape(Kind.STRING, "a string");
  shape.format = Format.WORD;
  shape.noun = noun;
  for (let i = 0; i < all.length; i++) shape.words.push(text(all[i]));
  return shape;
}

export function str(format: i32): Shape {
  const shape = new Shape(Kind.STRING, "a string");
  shape.format = format;
  return shape;
}

export function flag(): Shape {
  return new Shape(Kind.BOOL, "true or false");
}

/** A whole number in a range. */
export function count(min: f64, max: f64): Shape {
  return new Shape(Kind.NUMBER, "a whole number").range(min, max);
}

/** A text such as 1MiB, or a whole number of bytes; becomes a number of bytes. */
export function size(min: f64, max: f64): Shape {
  const shape = new Shape(Kind.STRING | Kind.NUMBER, 'a size such as "1MiB"').range(min, max);
  shape.format = Format.SIZE;
  return shape;
}

/** A text such as 60s; becomes a number of ms. */
export function duration(min: f64, max: f64): Shape {
  const shape = new Shape(Kind.STRING, 'a duration such as "60s"').range(min, max);
  shape.format = Format.DURATION;
  return shape;
}
