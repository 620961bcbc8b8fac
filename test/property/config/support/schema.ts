import { readFileSync } from "node:fs";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";

/** envoy/schema.json, as editors read it. */
export const schema = JSON.parse(readFileSync("envoy/schema.json", "utf8"));

/** Validates configurations by envoy/schema.json. */
export function compileSchema(): ValidateFunction {
  return new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(schema);
}
