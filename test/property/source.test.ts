/** The source holds its rules: those of AssemblyScript that no linter knows, and those of the repository. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../tools/run.mjs";

/** What is in the repository, and not made by its tools. */
const files = readdirSync(root)
  .filter((name) => ![".git", ".venv", ".demo", ".tools", "build", "node_modules"].includes(name))
  .flatMap((name) => (statSync(join(root, name)).isDirectory() ? inFolder(name) : [name]));
function inFolder(name: string): string[] {
  return readdirSync(join(root, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(relative(root, entry.parentPath), entry.name));
}
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const assembly = files.filter((file) => file.startsWith("assembly/") && file.endsWith(".ts"));

/** Source without comments and texts, its lines kept. */
function code(source: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, " ");
  return source.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g, blank);
}

/** Every place of some files where a pattern is found, as file:line. */
function places(among: string[], pattern: RegExp, of: (source: string) => string = (source) => source): string[] {
  return among.flatMap((file) =>
    of(read(file))
      .split("\n")
      .flatMap((line, at) => (pattern.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
  );
}

describe("assembly/ has nothing that a request could make trap", () => {
  test("it throws and asserts nothing", () => {
    expect(places(assembly, /\bthrow\b|\bassert\s*\(/, code)).toEqual([]);
  });

  test("it claims of nothing that it is not null", () => {
    expect(places(assembly, /[\w)\]]!(?![=\w])/, code)).toEqual([]);
  });

  test("it has no Map or Set, whose get() traps for what is absent", () => {
    expect(places(assembly, /\bnew (Map|Set)\b|\b(Map|Set)</, code)).toEqual([]);
  });

  test("it has no closure, regular expression or iterator", () => {
    expect(places(assembly, /\bRegExp\b|\bfor\s*\([^;)]*\bof\b|\btry\s*\{/, code)).toEqual([]);
  });
});

describe("imports of assembly/ point one way", () => {
  const pure = ["bytes", "xml", "ical", "dav", "policy", "cache", "config"];
  const allowed: Record<string, string[]> = {
    abi: ["abi", "bytes"],
    host: ["host", "abi", "bytes"],
    filter: ["filter", "host", "abi", ...pure],
    ...Object.fromEntries(pure.map((folder) => [folder, pure])),
    bytes: ["bytes"],
    xml: ["xml", "bytes"],
    ical: ["ical", "bytes"],
  };
  const folderOf = (file: string): string => file.split("/")[1] ?? "";
  const importsOf = (file: string): string[] =>
    [...read(file).matchAll(/^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)"|^import "(\.[^"]+)"/gm)].map((found) =>
      posix.normalize(`${dirname(file)}/${found[1] ?? found[2]}`),
    );

  test.each(Object.keys(allowed))("%s", (folder) => {
    const wrong = assembly
      .filter((file) => folderOf(file) === folder)
      .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
      .filter(({ target }) => !allowed[folder]?.includes(folderOf(target)));
    expect(wrong).toEqual([]);
  });

  test("every folder has a rule", () => {
    const folders = new Set(assembly.filter((file) => file.split("/").length > 2).map(folderOf));
    expect([...folders].filter((folder) => !(folder in allowed))).toEqual([]);
  });

  test("only abi/ declares what the host provides", () => {
    const outside = assembly.filter((file) => folderOf(file) !== "abi");
    expect(places(outside, /@external\b/, code)).toEqual([]);
  });
});

describe("the repository", () => {
  test("has no file of code over 400 lines, blank ones not counted, and none of tests over 600", () => {
    const limit = (file: string): number => (file.startsWith("test/") ? 600 : 400);
    const long = files
      .filter((file) => /^(assembly|bench|cli|test|tools)\/.*\.(ts|mjs)$/.test(file))
      .map((file) => ({
        file,
        lines: read(file)
          .split("\n")
          .filter((line) => line.trim() !== "").length,
      }))
      .filter(({ file, lines }) => lines > limit(file));
    expect(long).toEqual([]);
  });

  test("names no path of the machine it was written on, and no package registry", () => {
    const text = files.filter(
      (file) => !/^LICENSE$|\.(png|svg|wasm)$/.test(file) && file !== "test/property/source.test.ts",
    );
    expect(places(text, /(?<![\w.~/*}\]-])\/(root|work|home|tmp)\/[\w.-]+\//)).toEqual([]);
    expect(places(text, /registry\.npmjs|registry\.yarnpkg|pypi\.org|pythonhosted|artifactory/i)).toEqual([]);
  });

  test("pins every package to one version", () => {
    const { dependencies = {}, devDependencies } = JSON.parse(read("package.json"));
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(read("package-lock.json")).not.toMatch(/"resolved": "http/);
    const requirements = files.filter((file) => file.startsWith("requirements/"));
    expect(requirements).not.toEqual([]);
    const loose = places(requirements, /^(?!#|$)(?![\w.-]+==[\w.]+( ?;.*)?$)/);
    expect(loose).toEqual([]);
  });
});
