/** The daemon with all that it needs of this machine: lldpad, the command channel, signals. */
import { type LldpadOptions, startLldpad } from "../collectors/lldptool/lldpad.ts";
import type { Lldpad } from "../collectors/lldptool.ts";
import type { Host } from "../collectors/host.ts";
import { readBootId } from "../collectors/identity.ts";
import { type CollectOptions, collectParts } from "../collectors/mod.ts";
import { runDaemon } from "./daemon.ts";
import type { AgentDeps, DaemonDeps } from "./deps.ts";
import type { Logger } from "./log.ts";
import { mkLoaded, readMkVersion } from "./legacy.ts";
import { countOrphans } from "./orphans.ts";
import { createPowerChannel } from "./power.ts";

/** Before what has failed is begun again. */
const PAUSE_MS = 10_000;

/**
 * Runs `run`, and begins again for as long as an error ends it, until the signal: nobody starts a container again that
 * has ended, and the node would be lost. A rejection that nobody waits for is only told.
 */
export async function keepRunning(
  run: () => Promise<void>,
  { log, clock, signal }: Pick<AgentDeps, "log" | "clock" | "signal">,
): Promise<void> {
  const tell = (error: unknown) => log.error(`internal error: ${error instanceof Error ? error.stack : error}`);
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    tell(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  try {
    for (let isOver = false; !isOver && !signal.aborted;) {
      try {
        await run();
        isOver = true;
      } catch (error) {
        tell(error);
        await clock.sleep(PAUSE_MS, signal);
      }
    }
  } finally {
    globalThis.removeEventListener("unhandledrejection", onRejection);
  }
}

/** Runs the daemon until `deps.signal`; its lldpad ends with it. `stuckTools` counts tools that could not be killed. */
export async function serve(
  deps: Omit<AgentDeps, "collectParts">,
  about: { pid: number; onReload: NonNullable<DaemonDeps["onReload"]>; stuckTools: () => number },
): Promise<void> {
  const { clock, log, signal, state } = deps;
  let lldpad: Lldpad | undefined;
  const collect = async (host: Host, options: CollectOptions) => {
    // One that somebody else runs is only asked; when that ends, ours takes its place.
    lldpad ??= await startLldpad(host, { clock: clock.monotonic, signal } satisfies LldpadOptions);
    const parts = await collectParts(host, lldpad ? { ...options, lldpad } : options);
    const community = parts.ipmitool?.value?.channels?.map(({ snmpCommunity }) => snmpCommunity) ?? [];
    for (const secret of community) if (secret) log.hide(secret);
    if (about.stuckTools() > 0) {
      log.once("stuck", "WARN", "tools that were killed have not ended", { count: about.stuckTools() });
    }
    const orphans = about.pid === 1 ? await countOrphans(host) : 0;
    if (orphans > 0) {
      log.once("orphans", "WARN", "killed tools left processes that stay as zombies: docker run --init", { orphans });
    }
    return parts;
  };
  const loaded = readMkVersion(state.folder, deps);
  if ("version" in loaded) log.always(mkLoaded(loaded.version, deps.agentVersion));
  else log.info(loaded.problem.message);
  const dieAgain = outliveStrayErrors(log);
  try {
    await runDaemon({
      ...deps,
      collectParts: collect,
      power: createPowerChannel(state, clock, await readBootId(deps.host)),
      pid: about.pid,
      onReload: about.onReload,
    });
  } finally {
    dieAgain();
    await Promise.race([lldpad?.stop(), new Promise((resolve) => setTimeout(resolve, 500))]);
  }
}

/**
 * From now on an error that nobody waits for is told, and does not end the process: nothing on a node would start it
 * again. Gives what ends that.
 */
export function outliveStrayErrors(log: Pick<Logger, "error">): () => void {
  const tell = (event: ErrorEvent | PromiseRejectionEvent) => {
    event.preventDefault();
    const error: unknown = "reason" in event ? event.reason : event.error;
    log.error(`internal error: ${error instanceof Error ? error.stack : error}`);
  };
  addEventListener("error", tell);
  addEventListener("unhandledrejection", tell);
  return () => {
    removeEventListener("error", tell);
    removeEventListener("unhandledrejection", tell);
  };
}
