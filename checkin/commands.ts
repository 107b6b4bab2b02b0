/** Carrying out what a server answers to a check-in. */
import type { DaemonDeps } from "./environment.ts";
import type { FactCache } from "./fact_cache.ts";
import { isTaken, POWER_COMMANDS } from "./power.ts";
import type { Reports } from "./reports.ts";

/** After so many commands that the machine outlived, something is wrong on the host. */
const MOST_UNANSWERED = 3;

export interface CommandOptions {
  reports: Pick<Reports, "isRegistrationPending" | "register" | "waitFor">;
  cache: Pick<FactCache, "collection" | "isCollecting" | "collect">;
  onAcknowledge: () => void;
  /** A command could not be carried out: a whole sentence. */
  onFailed: (message: string) => void;
}

/** Gives what carries out a command; one that is not known is logged and ignored. */
export function createCommands({ log, power }: DaemonDeps, options: CommandOptions): (command: string) => void {
  const { reports, cache, onAcknowledge, onFailed } = options;
  return (command) => {
    const powerCommand = POWER_COMMANDS.find((known) => known === command);
    const isKnown = powerCommand !== undefined || command === "register" || command === "acknowledge";
    if (isKnown) log.forget("command");
    if (powerCommand) {
      const sent = power.send(powerCommand);
      if (sent.warning !== undefined) log.once("power", "WARN", sent.warning);
      if (isTaken(sent)) log.always(`the server says ${sent.message}`);
      else onFailed(`the server says ${sent.message}`);
      if (power.unanswered < MOST_UNANSWERED) return;
      onFailed(`the host was given ${power.unanswered} reboot or poweroff commands, and this machine is still up`);
    } else if (command === "register") {
      // The server may repeat it until it is done: one collection and one registration answer all of them.
      if (reports.isRegistrationPending && (cache.collection || cache.isCollecting)) return;
      log.always("the server says register");
      reports.waitFor(cache.collect("the server says register"));
      reports.register();
    } else if (command === "acknowledge") {
      onAcknowledge();
    } else {
      log.once("command", "always", `the server says ${JSON.stringify(command)}, which means nothing here: ignored`);
    }
  };
}
