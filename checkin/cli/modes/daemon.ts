import { collectOptions, kernelLine, localHost, osReleaseProblem } from "../host.ts";
import { keepRunning } from "../../keep_running.ts";
import { serve } from "../../mod.ts";
import { lockFolder } from "../../state/daemon_lock.ts";
import { agentDeps } from "../agent.ts";
import { kernelSettings } from "../../config/kernel_line.ts";
import { configFile, serverConfig } from "../configuration.ts";
import { EXIT } from "../exit_codes.ts";
import type { Command } from "../options.ts";
import { whatToMount } from "../permitted.ts";
import { onSignal } from "../signals.ts";
import { complain, writeError } from "../streams.ts";

/** The daemon: checks in until SIGINT or SIGTERM. Nothing but a wrong command line ends it before. */
export async function daemon(command: Command): Promise<number> {
  const stop = new AbortController();
  // While nobody waits for it, it would end the daemon.
  onSignal("SIGHUP", () => {});
  for (const signal of ["SIGINT", "SIGTERM"] as const) onSignal(signal, () => stop.abort());
  const server = serverConfig(command);
  const options = collectOptions(command);
  // The signal does not end its tools by itself: the daemon ends them in order.
  const host = localHost(command);
  const line = await kernelLine(command, host);
  const config = server ? { config: server } : { file: configFile(command), kernelLine: line };
  if ("file" in config && !kernelSettings(line)) hintAt(config.file);
  const deps = {
    ...agentDeps({ command, host, signal: stop.signal, writeLog: writeError }),
    config,
    collectOptions: options,
  };
  for (const warning of [await osReleaseProblem(command, host), await whatToMount(host)]) {
    if (warning) deps.log.always(warning);
  }
  const lock = lockFolder(deps.state.folder);
  if ("problem" in lock) deps.log.always(lock.problem);
  // What another boot has written means another uptime.
  else deps.state.writeHealthyUntil(undefined);
  const about = {
    pid: Deno.pid,
    onReload: (listener: () => void) => onSignal("SIGHUP", listener),
    stuckTools: host.stuck,
  };
  await keepRunning(() => serve(deps, about), deps);
  if ("release" in lock) {
    deps.state.writeHealthyUntil(undefined);
    lock.release();
  }
  return EXIT.done;
}

/** Somebody who tries the program by hand waits for nothing otherwise, and does not know for what. */
function hintAt(file: string): void {
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) return;
  try {
    Deno.lstatSync(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return;
    complain(
      `running as the daemon, which waits for its configuration: ${file} (a Hanlon server's cloud-config writes it)`,
    );
    complain("to see this machine's hardware instead: hnl_mk --once; for everything else: hnl_mk --help");
  }
}
