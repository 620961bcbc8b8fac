/** The set-up says what to do, and does each thing once. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findEnvoy } from "../../../cli/envoy.ts";
import { foreignImports } from "../../../tools/imports.ts";
import { root } from "../../../tools/run.mjs";

const folder = mkdtempSync(join(tmpdir(), "caldav-setup-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that is a shell script. */
function fake(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** What tools/bootstrap.mjs says before it fails. */
function bootstrap(env: NodeJS.ProcessEnv, ...node: string[]): string {
  const args = [...node, "tools/bootstrap.mjs", "--python", "nothing.ts"];
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  expect(status).toBe(1);
  return stderr;
}

describe("tools/bootstrap.mjs", () => {
  test("names the Node that it needs", () => {
    const old =
      "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.0'}})";
    expect(bootstrap({}, "--import", old)).toMatch(
      /^Node\.js 20\.\d+\.\d+ or newer is needed; this is 18\.20\.0\. Install/m,
    );
  });

  test("says what to do without a Python, with an old one, and with one that makes no environments", () => {
    expect(bootstrap({ PYTHON: "", PATH: folder })).toMatch(
      /^Python 3\.10 or newer is needed and was not found\. Install/m,
    );
    const old = fake("old", "echo 3.8");
    expect(bootstrap({ PYTHON: old })).toMatch(/^Python 3\.10 or newer is needed \(.*old is 3\.8\)\. Install/m);
    const bare = fake("bare", 'case "$2" in *venv*) exit 1;; *) echo 3.11;; esac');
    expect(bootstrap({ PYTHON: bare })).toMatch(
      /^Python 3\.11 is here, but without venv and pip\. .*apt install python3\.11-venv/m,
    );
  });
});

describe("tools/lock.mjs", () => {
  test("lets one process in at a time, and takes over from the dead", async () => {
    const log = join(folder, "log");
    const lock = JSON.stringify(join(root, "tools", "lock.mjs"));
    const work = `const { exclusively } = await import(${lock}); const fs = await import("node:fs");
      await exclusively("test", async () => {
        fs.appendFileSync(${JSON.stringify(log)}, "in ");
        await new Promise((done) => setTimeout(done, 60));
        if (process.argv[1] === "dies") process.kill(process.pid, "SIGKILL");
        fs.appendFileSync(${JSON.stringify(log)}, "out ");
      });`;
    const run = (...args: string[]) =>
      new Promise((done) => spawn(process.execPath, ["--input-type=module", "-e", work, ...args]).on("close", done));
    await run("dies");
    await Promise.all([run(), run(), run()]);
    expect(readFileSync(log, "utf8")).toBe("in in out in out in out ");
  });
});

describe("findEnvoy", () => {
  const says = (version: string) => `echo "x  version: 0123abcd/${version}/Clean/RELEASE/BoringSSL"`;

  test("takes ENVOY_BIN first, then envoy on the PATH, then func-e", async () => {
    const named = fake("named-envoy", says("1.40.0"));
    fake("envoy", says("1.41.2"));
    const both = await findEnvoy({ ENVOY_BIN: named, PATH: folder });
    expect(both).toMatchObject({ path: named, version: "1.40.0", source: "ENVOY_BIN" });
    expect(both.warning).toBeUndefined();
    const onPath = await findEnvoy({ PATH: folder });
    expect(onPath).toMatchObject({ path: join(folder, "envoy"), source: "PATH" });
    expect(onPath.warning).toMatch(/^Envoy 1\.41\.2 .* is used; the tests run with 1\.40\.0/);
    rmSync(join(folder, "envoy"));
    fake("func-e", `[ "$ENVOY_VERSION $1" = "1.40.0 which" ] && echo ${named}`);
    expect(await findEnvoy({ PATH: folder })).toMatchObject({ path: named, source: "func-e" });
  });

  test("does not take a func-e that is another program", async () => {
    fake("func-e", "echo hello");
    expect(await findEnvoy({ PATH: `${folder}:${process.env.PATH}` })).not.toMatchObject({ source: "func-e" });
  });

  test("refuses an Envoy that is too old, or that is none", async () => {
    await expect(findEnvoy({ ENVOY_BIN: fake("old-envoy", says("1.30.1")) })).rejects.toThrow(
      /is 1\.30\.1; the filter needs 1\.36/,
    );
    await expect(findEnvoy({ ENVOY_BIN: fake("none", "exit 0") })).rejects.toThrow(/does not run as Envoy/);
  });
});

describe("foreignImports", () => {
  /** A module that imports one function. */
  const importing = (module: string, name: string): Uint8Array<ArrayBuffer> => {
    const text = (value: string) => [value.length, ...Buffer.from(value)];
    const section = [1, ...text(module), ...text(name), 0, 0];
    return new Uint8Array([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...[1, 4, 1, 0x60, 0, 0],
      2,
      section.length,
      ...section,
    ]);
  };

  test("names what Envoy does not have", () => {
    expect(foreignImports(importing("env", "proxy_log"))).toEqual([]);
    expect(foreignImports(importing("env", "proxy_clear_route_cache"))).toEqual(["env.proxy_clear_route_cache"]);
    expect(foreignImports(importing("env", "abort"))).toEqual(["env.abort"]);
  });
});
