/** Reboot and poweroff, through the FIFO that a script of the host reads (the boot contract of Hanlon's Microkernel). */
import process from "node:process";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { prune } from "../collectors/values.ts";
import type { Clock } from "./clock.ts";
import type { LastPower, State } from "./state/mod.ts";

export const POWER_COMMANDS = ["reboot", "poweroff"] as const;
export type PowerCommand = (typeof POWER_COMMANDS)[number];

/** Where the FIFO is, within the state folder. */
export const CHANNEL = "cmd-channels/node-state-channel";

/**
 * What became of a command. `written`: a reader has it; `tooSoon`: not tried, one was written within the last 30 s;
 * `busy`: the reader has not taken earlier ones. Unless it is `written`, nothing was written, and the server repeats it.
 */
export interface PowerOutcome {
  outcome: "written" | "tooSoon" | "noReader" | "busy" | "absent" | "notAFifo" | "refused" | "failed";
  /** A whole sentence for the log. */
  message: string;
  /** Why the FIFO is unsafe although the command was written: a whole sentence. */
  warning?: string;
}

/** Whether the host has a command to carry out: this one, or one of the last 30 s. */
export function isTaken({ outcome }: PowerOutcome): boolean {
  return outcome === "written" || outcome === "tooSoon";
}

/** The channel to the host, which alone can reboot and power off. */
export interface PowerChannel {
  /** Hands `command` to the host, unless one was handed over in the last 30 s. Never waits, never throws. */
  send(command: PowerCommand): PowerOutcome;
  /** How many commands were written in this boot; the machine has carried out none of them. */
  readonly unanswered: number;
}

/** The host's script loses what is written while it carries out an earlier line. */
const REPEAT_AFTER_MS = 30_000;

/**
 * The channel in the state folder. The 30 s and the count are those of all processes of the agent in this boot: a
 * `--once --obey` beside the daemon, and a daemon that was started again. A process measures from its own commands with
 * the clock that nobody sets; to what another has written in the state folder it has the wall clock only, and a step of
 * that costs 30 s at most.
 */
export function createPowerChannel(
  state: Pick<State, "folder" | "readLastPower" | "writeLastPower">,
  clock: Pick<Clock, "wall" | "monotonic">,
  bootId: string | undefined,
): PowerChannel {
  let lastWrittenMs: number | undefined;
  let unanswered = 0;
  const lastOfThisBoot = () => {
    const last = state.readLastPower().value;
    return last?.bootId === bootId ? last : undefined;
  };
  const sinceMs = () => {
    const own = lastWrittenMs === undefined ? Infinity : clock.monotonic() - lastWrittenMs;
    const others = clock.wall() - Date.parse(lastOfThisBoot()?.at ?? "");
    return others >= 0 ? Math.min(own, others) : own;
  };
  return {
    send(command) {
      const ms = sinceMs();
      if (ms < REPEAT_AFTER_MS) {
        return {
          outcome: "tooSoon",
          message: `${command}: not written again, the last command was written ${Math.floor(ms / 1000)} s ago`,
        };
      }
      const outcome = sendPowerCommand(state.folder, command);
      if (outcome.outcome === "written") {
        lastWrittenMs = clock.monotonic();
        // Where the kernel gives no boot ID, another process's may have been another boot's.
        const before = bootId === undefined ? 0 : lastOfThisBoot()?.unanswered ?? 0;
        unanswered = Math.max(unanswered, before) + 1;
        // Where it cannot be written, this process still keeps to its own 30 s.
        state.writeLastPower(
          prune<LastPower>({ command, at: new Date(clock.wall()).toISOString(), bootId, unanswered }),
        );
      }
      return outcome;
    },
    get unanswered() {
      return unanswered;
    },
  };
}

/**
 * Writes `command` as one line to the FIFO in `stateDir`. The FIFO is never made: a writer that finds none would leave a
 * regular file, and the host's script would then never make its FIFO. It is opened only if somebody reads it, and closed
 * right behind the line: the script, which ends for good on an end of file without one, opens it again only when it has
 * carried out the command.
 */
export function sendPowerCommand(stateDir: string, command: PowerCommand): PowerOutcome {
  // Loaded when a command comes: it takes as long as the rest of the start. Deno's own API opens nothing without waiting.
  const { closeSync, constants, fstatSync, lstatSync, openSync, writeSync } = process.getBuiltinModule("node:fs");
  const path = join(stateDir, CHANNEL);
  let descriptor: number | undefined;
  try {
    const folder = lstatSync(dirname(path)), channel = lstatSync(path);
    // In /tmp anyone may have been there before the host's script, and would get the command in its stead.
    const stranger = [folder.uid, channel.uid].find((owner) => owner !== 0 && owner !== Deno.uid());
    if (stranger !== undefined) {
      const message = `${command}: not carried out, ${path} is refused: user ${stranger} has made it`;
      return { outcome: "refused", message };
    }
    const open = [[dirname(path), folder], [path, channel]] as const;
    const writable = open.find(([, { mode, gid }]) => isOpen(mode, gid, 0o022) && (mode & STICKY) === 0);
    if (channel.isFIFO() && writable) {
      const message = `${command}: not carried out, ${writable[0]} is refused: it is writable by others ` +
        `(mode ${octal(writable[1].mode)})`;
      return { outcome: "refused", message };
    }
    // Opened only when it was a FIFO a moment ago, and looked at again once it is open: opening anything else does no
    // harm, writing to it might.
    if (!channel.isFIFO()) return notAFifo(command, path);
    descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if (!fstatSync(descriptor).isFIFO()) return notAFifo(command, path);
    // POSIX: a write of so few bytes is taken whole or not at all.
    writeSync(descriptor, `${command}\n`);
    const written = { outcome: "written", message: `${command}: written to ${path}` } as const;
    if (!isOpen(channel.mode, channel.gid, 0o044)) return written;
    const warning = `${path} is readable by others (mode ${octal(channel.mode)}): whoever reads it takes the command ` +
      "away from the host's script, and ends it";
    return { ...written, warning };
  } catch (error) {
    return outcomeOf(command, path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** In a folder with this bit only the owner of a file renames or removes it (inode(7)). */
const STICKY = 0o1000;

/** Whether others than the owner, and than root's group, have one of these permissions. */
function isOpen(mode: number, gid: number, permissions: number): boolean {
  return (mode & permissions & (gid === 0 ? 0o007 : 0o077)) !== 0;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}

function outcomeOf(command: PowerCommand, path: string, error: unknown): PowerOutcome {
  const { code, message } = error as { code?: string; message?: string };
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return {
        outcome: "absent",
        message: `${command}: not carried out, there is no ${path}: the host has made no FIFO`,
      };
    case "ENXIO":
    case "EPIPE":
      return { outcome: "noReader", message: `${command}: not carried out, nobody on the host reads ${path}` };
    case "EAGAIN":
      return { outcome: "busy", message: `${command}: not carried out, the reader of ${path} takes nothing more` };
    default:
      return { outcome: "failed", message: `${command}: not carried out, ${path}: ${code ?? message ?? error}` };
  }
}

function notAFifo(command: PowerCommand, path: string): PowerOutcome {
  return { outcome: "notAFifo", message: `${command}: not carried out, ${path} is not a FIFO` };
}
