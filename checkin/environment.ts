/** What the agent needs of the world. All of it is passed in, so that a test can pass its own. */
import type { Host } from "../collectors/host/mod.ts";
import type { CollectOptions, Parts } from "../collectors/mod.ts";
import type { Clock } from "./clock.ts";
import type { ConfigSource } from "./config/settings.ts";
import type { Logger } from "./log.ts";
import type { PowerChannel } from "./power.ts";
import type { Random } from "./schedule.ts";
import type { Specs } from "./specs.ts";
import type { State } from "./state/mod.ts";

/** What the daemon and a cycle by hand need. */
export interface AgentDeps {
  host: Host;
  clock: Clock;
  random: Random;
  fetch: typeof fetch;
  log: Logger;
  state: State;
  agentVersion: string;
  config: ConfigSource;
  /** Ends the agent: everything under way is given up at once. */
  signal: AbortSignal;
  /** Asks all sources for the facts (collectors/mod.ts). */
  collectParts(host: Host, options: CollectOptions): Promise<Parts>;
  /** The daemon's lldpad, secrets, and limits. */
  collectOptions?: CollectOptions;
}

/** What the daemon alone needs. */
export interface DaemonDeps extends AgentDeps {
  power: PowerChannel;
  pid: number;
  /** Whether something accepts connections at that address; default: listening.ts. */
  isListening?: (url: string) => Promise<boolean>;
  /** Calls `listener` whenever the configuration is to be read again (SIGHUP); gives what ends that. */
  onReload?: (listener: () => void) => () => void;
}

/** What `--once` needs. */
export interface OnceDeps extends AgentDeps {
  /** Absent without `--obey`: a reboot or poweroff is reported, and not carried out. */
  power?: PowerChannel;
  /** `--spec`, in place of those that are configured. */
  specs?: Specs;
}
