/** A daemon to measure, with a server on loopback. */
import { DEFAULT_CLIENT_CONFIG, type HanlonServer, startHanlonServer } from "../hanlon_server.ts";
import { peakOf } from "./processes.ts";

/** Starts a program that says nothing on stderr. */
export function spawn(argv: string[], stdout: "piped" | "null" = "null"): Deno.ChildProcess {
  return new Deno.Command(argv[0]!, { args: argv.slice(1), stdin: "null", stdout, stderr: "null" }).spawn();
}

/** A server whose nodes check in every `interval` seconds, and a folder for the state. */
export async function withServer(
  interval: number,
  use: (server: HanlonServer, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-bench-" });
  const clientConfig = { ...DEFAULT_CLIENT_CONFIG, mk_checkin_interval: interval, mk_checkin_skew: 0 };
  const server = startHanlonServer({ clientConfig });
  try {
    await use(server, folder);
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

/** mk_conf.yaml of a node without skew; `mk_uri` may lead to something in front of the server. */
export function writeConfig(folder: string, server: HanlonServer, interval: number, mk_uri = server.url): string {
  const keys = {
    ...server.paths,
    mk_uri,
    mk_checkin_interval: interval,
    mk_checkin_skew: 0,
    mk_log_level: "Logger::ERROR",
  };
  const file = `${folder}/mk_conf.yaml`;
  Deno.writeTextFileSync(file, Object.entries(keys).map(([key, value]) => `${key}: ${value}\n`).join(""));
  return file;
}

/** Resolves when it is so, within a millisecond. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** The greatest resident memory of the daemon that `argv` starts, over its first `cycles` check-ins, in MiB. */
export async function peakOfDaemon(argv: string[], cycles: number): Promise<number> {
  let peak = 0;
  await withServer(1, async (server, folder) => {
    const child = spawn([...argv, "--config", writeConfig(folder, server, 1), "--state-dir", folder]);
    await until(() => server.exchanges.filter(({ method }) => method === "GET").length >= cycles);
    peak = peakOf(child.pid);
    child.kill("SIGTERM");
    await child.status;
  });
  return peak;
}
