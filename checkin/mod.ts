/** The daemon with what it needs of this machine: lldpad, the command channel, signals. */
import { type LldpadOptions, startLldpad } from "../collectors/tools/lldptool/lldpad.ts";
import type { Lldpad } from "../collectors/tools/lldptool/mod.ts";
import type { Host } from "../collectors/host/mod.ts";
import { askingVersionsOnce } from "../collectors/tools/versions.ts";
import { readBootId } from "../collectors/facts/identity.ts";
import { type CollectOptions, collectParts } from "../collectors/mod.ts";
import { settlesWithin } from "./clock.ts";
import { runDaemon } from "./loop.ts";
import type { AgentDeps, DaemonDeps } from "./environment.ts";
import { mkLoaded, readMkVersion } from "./hanlon/mk_version.ts";
import { countOrphans } from "./orphans.ts";
import { createPowerChannel } from "./power.ts";

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
    const orphans = about.pid === 1 ? countOrphans(host) : 0;
    if (orphans > 0) {
      log.once("orphans", "WARN", "killed tools left processes that stay as zombies: docker run --init", { orphans });
    }
    return parts;
  };
  const loaded = readMkVersion(state.folder);
  if ("version" in loaded) log.always(mkLoaded(loaded.version, deps.agentVersion));
  else log.info(loaded.problem.message);
  try {
    await runDaemon({
      ...deps,
      host: askingVersionsOnce(deps.host),
      collectParts: collect,
      power: createPowerChannel(state, clock, await readBootId(deps.host)),
      pid: about.pid,
      onReload: about.onReload,
    });
  } finally {
    if (lldpad) await settlesWithin(clock, 500, lldpad.stop());
  }
}
