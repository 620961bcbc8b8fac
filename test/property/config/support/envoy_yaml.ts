import { isMap, isScalar, isSeq, parseDocument, type Node } from "yaml";
import type { Json } from "./struct";

const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INTEGER = /^[-+]?(?:0x[0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;

/**
 * Reads YAML as Envoy 1.40 does for a Struct: unquoted words for truth values become bools, integers of 32 bits become
 * numbers, and everything else (fractions, larger integers, dates) stays a string.
 */
export function readEnvoyYaml(text: string): Json {
  const document = parseDocument(text, { schema: "failsafe" });
  const [error] = document.errors;
  if (error) throw new Error(error.message);
  return toJson(document.contents);
}

function toJson(node: Node | null): Json {
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.map((pair) => [String(isScalar(pair.key) ? pair.key.value : ""), toJson(pair.value as Node | null)]),
    );
  }
  if (isSeq(node)) return node.items.map((item) => toJson(item as Node));
  if (!isScalar(node)) return null;
  const value = typeof node.value === "string" ? node.value : "";
  return node.type === "PLAIN" ? plain(value) : value;
}

function plain(value: string): Json {
  if (NULL.test(value)) return null;
  if (TRUE.test(value)) return true;
  if (FALSE.test(value)) return false;
  if (!INTEGER.test(value)) return value;
  const digits = value.replace(/^[-+]/, "");
  const size = /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits);
  const number = value.startsWith("-") ? -size : size;
  return number === (number | 0) ? number : value;
}
