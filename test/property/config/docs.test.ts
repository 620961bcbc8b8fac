import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { BASE } from "./support/cases";
import { readEnvoyYaml } from "./support/envoy_yaml";
import { type Described, Reader } from "./support/reader";
import { compileSchema } from "./support/schema";
import type { Json } from "./support/struct";

/* docs/configuration.md: a block of YAML is accepted, or refused with just the text that stands in the block after it. */

const text = readFileSync("docs/configuration.md", "utf8");
const blocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm)].map((match) => ({
  line: text.slice(0, match.index).split("\n").length,
  yaml: match[1] ?? "",
  faults: match[2]?.trimEnd() ?? null,
}));

let reader: Reader;
const validate = compileSchema();

beforeAll(() => {
  reader = Reader.compile();
});

type Configuration = { [key: string]: Json };

/** The filter's part of a block: all of it on top of what is required, or what stands in Envoy's own configuration. */
function configurationOf(yaml: string): Configuration {
  const read = readEnvoyYaml(yaml) as Configuration;
  if (!("typed_config" in read)) return { ...BASE, ...read };
  return (read as { typed_config: { config: { configuration: { value: Configuration } } } }).typed_config.config
    .configuration.value;
}

describe("docs/configuration.md", () => {
  test("has blocks to check", () => {
    expect(blocks.length).toBeGreaterThan(10);
  });

  test.each(blocks)("says what happens with the block at line $line", ({ yaml, faults }) => {
    const configuration = configurationOf(yaml);
    expect(reader.readStruct(configuration)).toBe(faults);
    if (faults === null) expect(validate(configuration), JSON.stringify(validate.errors)).toBe(true);
  });

  test("describes every key and word", () => {
    const schema = reader.schema();
    for (const [key, shape] of Object.entries(schema.fields)) {
      const start = text.search(new RegExp(`^## (?:.* )?${key}$`, "m"));
      const section = start < 0 ? text : text.slice(start, text.indexOf("\n## ", start + 1));
      for (const name of names(shape)) expect(section, `${key} names ${name}`).toMatch(new RegExp(`[\`.]${name}[\`.]`));
      expect(text).toMatch(new RegExp(`^\\| \`${key}\` +\\|`, "m"));
    }
  });
});

/** The keys and words in and below a shape. */
function names(shape: Described): string[] {
  const below = [...Object.values(shape.fields), ...[shape.items, shape.entries].filter((one) => one !== undefined)];
  return [...Object.keys(shape.fields), ...shape.words, ...below.flatMap(names)];
}
