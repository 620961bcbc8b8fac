/** Configurations as docs/ has them: what is written there is what the tests run. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Bootstrap, connectionManager, tlsContext } from "../../../cli/local.ts";
import { root } from "../../../tools/run.mjs";
import type { EnvoyOptions } from "./envoy.ts";
import { temporaryFolder } from "./folder.ts";

export interface DocumentedOptions {
  /** Settings of the filter besides those of the page. */
  config?: object;
  /** What the files of the page hold: the name after /etc/envoy/ to its text. A listener's authority is there by itself. */
  files?: Record<string, string>;
}

/**
 * The options of an Envoy as one section of a page has it.
 * @param page the file's name in docs/
 * @param sections the titles of the sections whose YAML counts, the later above the earlier
 */
export function documented(page: string, sections: string[], options: DocumentedOptions = {}): EnvoyOptions {
  const folder = temporaryFolder("documented");
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(folder, name), text);
  const parts = sections
    .map((title) => section(page, title))
    .flatMap((text) => yamlOf(text.replaceAll("/etc/envoy", folder)));
  const all = (key: string): Bootstrap[] => parts.flatMap((part) => part[key] ?? []);
  const [tls] = all("tls_context");
  return {
    config: Object.assign({}, ...all("configuration"), options.config),
    before: all("http_filters"),
    ...(tls && { transport: "mtls" }),
    edit: ({ static_resources: { listeners } }: Bootstrap) => {
      for (const listener of listeners) {
        const extensions = all("early_header_mutation_extensions");
        if (extensions.length > 0) connectionManager(listener).early_header_mutation_extensions = extensions;
        if (!tls || !listener.filter_chains[0].transport_socket) continue;
        const { common_tls_context: common, ...more } = tls;
        const context = tlsContext(listener);
        const { trusted_ca } = context.common_tls_context.validation_context;
        Object.assign(context, more);
        Object.assign(context.common_tls_context, common, {
          validation_context: { ...common.validation_context, trusted_ca },
        });
      }
    },
  };
}

function section(page: string, title: string): string {
  const text = readFileSync(join(root, "docs", page), "utf8");
  const found = text.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (found === undefined) throw new Error(`docs/${page} has no section "${title}"`);
  return found;
}

/** The YAML blocks of a text. */
function yamlOf(text: string): Bootstrap[] {
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = ""]) => parse(block));
}
