import { beforeAll, expect, test } from "vitest";
import { type Described, Reader } from "./support/reader";
import { schema } from "./support/schema";

/* envoy/schema.json says the same as assembly/config/schema.ts: same keys, words, ranges. */

const Kind = { bool: 2, number: 4, string: 8, list: 16, object: 32 };
const Format = { size: 11 };
let described: Described;

beforeAll(() => {
  described = Reader.compile().schema();
});

interface JsonSchema {
  $ref?: string;
  description?: string;
  type?: string;
  anyOf?: JsonSchema[];
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  required?: string[];
  items?: JsonSchema;
  minItems?: number;
  minimum?: number;
  maximum?: number;
}

function resolve(node: JsonSchema): JsonSchema {
  const name = node.$ref?.replace("#/$defs/", "");
  return name === undefined ? node : { ...schema.$defs[name], ...node, $ref: undefined };
}

/** The schemas a value may follow: one, or those of an anyOf. */
function alternatives(node: JsonSchema): JsonSchema[] {
  const plain = resolve(node);
  return plain.anyOf ? plain.anyOf.flatMap(alternatives) : [plain];
}

function wordsOf(node: JsonSchema): unknown[] {
  return node.enum ?? ("const" in node ? [node.const] : []);
}

function compare(shape: Described, node: JsonSchema, path: string): void {
  const all = alternatives(node);
  const object = all.find((one) => one.type === "object");
  const list = all.find((one) => one.type === "array");
  const scalars = all.filter((one) => one !== object && one !== list);
  expect(object !== undefined, `${path} is an object`).toBe((shape.kinds & Kind.object) !== 0);
  expect(list !== undefined, `${path} is a list`).toBe((shape.kinds & Kind.list) !== 0);
  expect(new Set(scalars.flatMap(wordsOf)), `${path} has the words`).toEqual(
    new Set([...shape.words, ...(shape.falseWord === undefined ? [] : [false])]),
  );
  expect(
    scalars.some((one) => one.type === "boolean"),
    `${path} is a bool`,
  ).toBe((shape.kinds & Kind.bool) !== 0 && shape.falseWord === undefined);
  const whole = scalars.find((one) => one.type === "integer");
  expect(whole !== undefined, `${path} is a number`).toBe((shape.kinds & Kind.number) !== 0);
  // The range of a size or duration is beyond a schema, since they are texts.
  if (whole && shape.format !== Format.size)
    expect([whole.minimum, whole.maximum], path).toEqual([shape.min, shape.max]);
  if (list) {
    expect(list.minItems ?? 0, `${path} has so many items at least`).toBe(shape.minItems);
    compare(shape.items as Described, list.items as JsonSchema, `${path}[]`);
  }
  if (object && shape.entries) {
    expect(object.propertyNames, `${path} names its keys`).toBeDefined();
    compare(shape.entries, object.additionalProperties as JsonSchema, `${path}.*`);
  } else if (object) {
    const properties = object.properties ?? {};
    expect(new Set(Object.keys(properties)), `${path} has the keys`).toEqual(new Set(Object.keys(shape.fields)));
    expect(object.additionalProperties, `${path} has no other keys`).toBe(false);
    expect(object.required ?? [], `${path} needs`).toEqual(shape.required);
    for (const [key, field] of Object.entries(shape.fields)) {
      expect(properties[key]?.description, `${path}.${key} is described`).toMatch(/^[A-Z].{10,}\.$/);
      compare(field, properties[key] as JsonSchema, `${path}.${key}`);
    }
  }
}

test("envoy/schema.json has the keys, words and ranges that the filter has", () => {
  compare(described, schema, "configuration");
});
