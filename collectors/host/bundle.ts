/**
 * A recording of a machine, as a folder:
 *
 *     commands.json    what was run, a list of `CommandEntry`; of several with one argv the last counts
 *     commands/        what the tools printed
 *     proc/ sys/ dev/  what was read and listed; a file that was only seen in a listing is empty; of dev/ names and
 *                      links only, a file there stands for a device; an empty folder holds a file `.empty`, since git
 *                      carries no empty folders
 *     etc/             os-release, debian_version
 *     addresses.json   the addresses of the interfaces, a list of `InterfaceAddress`
 *     unreadable.json  what was there and could not be read, a list of `Unreadable`
 *     links.json       the links, path to target, where the program that recorded could make none
 *     recording.json   when it was recorded and by which version of the agent, `Recorded`; older recordings have none
 *     roots.json       where /proc, /sys and /dev lay, `Roots` (they stand in some tools' arguments)
 *
 * Only what a machine has need be there: no file means no command, no address, nothing unreadable, the usual roots.
 */
import type { RunFailure, Unknown } from "./mod.ts";

export const COMMANDS = "commands.json";
export const COMMANDS_FOLDER = "commands";
export const ADDRESSES = "addresses.json";
export const UNREADABLE = "unreadable.json";
export const EMPTY = ".empty";
export const LINKS = "links.json";
export const ROOTS = "roots.json";
export const RECORDING = "recording.json";

/** A tool that was run: the argv, and `RunResult` with names of files, relative to the folder, for what it printed. */
export interface CommandEntry {
  /** Made by hand it may be one string, with blanks between the words. */
  argv: string[] | string;
  /** 0 where neither this nor a failure is given. */
  code?: number;
  failure?: RunFailure;
  signal?: string;
  error?: string;
  /** Only of a tool that timed out, to the tenth of a second: another time in each recording would hide what changed. */
  elapsedMs?: number;
  stdout?: string;
  stderr?: string;
}

/** What the host was asked for, and why it could not tell. */
export interface Unreadable {
  asked: "read" | "list" | "link";
  path: string;
  why: Unknown["why"];
  message: string;
}

/** A folder cannot be read, or written, as a recording. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

/** Whether a path of the host is one that a recording can hold. */
export function isRecordable(path: string): boolean {
  return /^\/(proc|sys|dev)(\/|$)/.test(path) || isReleasePath(path) || path.startsWith("/etc/lsb-release.d/");
}

/** What is read of /etc: what the host's system says that it is. */
export function isReleasePath(path: string): boolean {
  return RELEASE_PATHS.has(path);
}

const RELEASE_PATHS = new Set(
  ["os-release", "debian_version", "lsb-release", "lsb-release.d", "selinux/config"].map((name) => `/etc/${name}`),
);
