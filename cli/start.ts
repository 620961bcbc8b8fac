/** npm start: Radicale, and Envoy with the filter in front of it, on https://localhost:8443/ with a small demo inside. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { filterPath } from "../tools/build.ts";
import { installPython } from "../tools/python.mjs";
import { fail, root, UserError } from "../tools/run.mjs";
import { ensureCertificate } from "./certificate.ts";
import type { Child } from "./child.ts";
import { findEnvoy } from "./envoy.ts";
import { EnvoyRefused, launchEnvoy, type RunningEnvoy } from "./launch.ts";
import { type Bootstrap, localBootstrap } from "./local.ts";
import { checkPort, portOf } from "./port.ts";
import { claim, record } from "./run-record.ts";
import { seed } from "./seed.ts";
import { freePort, ini, type Server, startServer } from "./server.ts";
import { welcome } from "./welcome.ts";
import { RADICALE_VERSION } from "./versions.ts";

/** All that the demo keeps: certificate, calendars, logs. Remove the folder to begin anew. */
const folder = resolve(process.env.DEMO_DIR || join(root, ".demo"));

const children: Child[] = [];
let stopping = false;

/** Ends all that was started, then this process. */
async function stop(code: number): Promise<never> {
  stopping = true;
  await Promise.all(children.map((child) => child.stop()));
  process.exit(code);
}

function stopOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (!stopping) void stop(0);
    });
  }
}

/** Says that a server is gone, and stops the other. */
function watch(child: Child): void {
  children.push(child);
  void child.ended.then(async (how) => {
    // Ctrl-C reaches it as well as us, and it may be quicker.
    await new Promise((done) => setTimeout(done, 300));
    if (stopping) return;
    console.error(`\n${child.name} ended by itself (${how}). Its log: ${join(folder, child.name.toLowerCase())}.log`);
    await stop(1);
  });
}

async function startRadicale(): Promise<Server> {
  const settings = join(folder, "radicale.ini");
  const args = (port: number): string[] => {
    const local = {
      server: { hosts: `127.0.0.1:${port}` },
      storage: { filesystem_folder: join(folder, "collections") },
      logging: { level: "warning" },
    };
    writeFileSync(settings, ini(local));
    return ["-m", "radicale", "--config", join(root, "envoy", "radicale.ini"), settings];
  };
  return startServer("Radicale", args, { log: join(folder, "radicale.log") });
}

async function startEnvoy(path: string, bootstrap: Bootstrap): Promise<RunningEnvoy> {
  try {
    return await launchEnvoy(path, bootstrap, { folder, log: join(folder, "envoy.log") });
  } catch (error) {
    if (!(error instanceof EnvoyRefused)) throw error;
    throw new UserError(
      `Envoy does not accept its configuration:\n${error.message}\nIts log: ${join(folder, "envoy.log")}`,
    );
  }
}

async function main(): Promise<void> {
  stopOnSignals();
  const port = portOf(process.env.PORT) || (await freePort());
  mkdirSync(folder, { recursive: true });
  await claim(folder);
  await checkPort(port);
  const title = `installing Radicale ${RADICALE_VERSION}`;
  await installPython({ title, files: ["requirements/radicale.txt"] });
  const binary = await findEnvoy();
  if (binary.warning) console.log(`- note: ${binary.warning}`);
  const wasm = await filterPath();
  const { certificateFile, keyFile, pem } = await ensureCertificate(folder);

  console.log(`- starting Radicale ${RADICALE_VERSION} and Envoy ${binary.version} (${binary.source})`);
  const radicale = await startRadicale();
  watch(radicale.child);
  const yaml = readFileSync(join(root, "envoy", "envoy.yaml"), "utf8");
  const server = { host: "127.0.0.1", port: radicale.port };
  const values = { port, certificate: certificateFile, key: keyFile, wasm, server };
  const envoy = await startEnvoy(binary.path, localBootstrap(yaml, values));
  watch(envoy.child);
  record(
    folder,
    children.map(({ pid }) => pid),
  );
  const url = `https://localhost:${port}/`;

  const seeded = join(folder, "seeded");
  if (!existsSync(seeded)) {
    console.log("- making the demo's calendars, through the proxy");
    await seed({ url, certificate: pem });
    writeFileSync(seeded, new Date().toISOString());
  }
  console.log(welcome({ url, trust: `--cacert ${quoted(shown(certificateFile))}`, yaml }));
  console.log(`Logs and calendars: ${shown(folder)}   Metrics: ${envoy.admin}/stats/prometheus   Stop: Ctrl-C\n`);
  console.log(`ready ${url}`);
}

/** A path as the user's shell sees it, which may be in another folder than npm. */
function shown(path: string): string {
  const near = relative(process.env.INIT_CWD ?? process.cwd(), path);
  return near.startsWith("..") ? path : near;
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

await main().catch(async (error: unknown) => {
  if (stopping) return;
  stopping = true;
  await Promise.all(children.map((child) => child.stop()));
  fail(error);
});
