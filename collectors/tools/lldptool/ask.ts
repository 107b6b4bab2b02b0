/** The commands that lldptool(8) is given, and what its answers mean. */
import { type Host, known, type Read, reading, readLine, type RunOptions, type RunResult } from "../../host/mod.ts";

/** It answers within 10 ms, and gives up an lldpad that hangs after 2 s. */
const TIMEOUT_MS = 3000;
/** A frame has at most 9 kB, and what it holds is printed in ten times as much at most. */
const OUTPUT_LIMIT_BYTES = 256 * 1024;

/** Runs lldptool with a short limit on time. */
export function lldptool(host: Host, args: string[], signal?: AbortSignal): Promise<RunResult> {
  const options: RunOptions = { timeoutMs: TIMEOUT_MS, outputLimitBytes: OUTPUT_LIMIT_BYTES };
  if (signal) options.signal = signal;
  return host.run("lldptool", args, options);
}

/** Whether an lldpad answers in this network namespace. */
export async function isAnswering(host: Host, signal?: AbortSignal): Promise<boolean> {
  return (await lldptool(host, ["-p"], signal)).failure === undefined;
}

/** Whether this failure says that no lldpad runs in this network namespace (exit code 255 of lldptool). */
export function isUnanswered(result: RunResult): boolean {
  return result.failure === "failed" && /failed to connect to lldpad|connection refused/i.test(result.stderr);
}

/** Whether lldpad was there and did not answer in time. */
export function isLate({ failure, stdout }: RunResult): boolean {
  return failure === "timeout" || (failure === "failed" && /^'.*' command timed out\.$/m.test(stdout));
}

/**
 * Whether lldpad refuses to tell whoever is not root: lldptool has no words for cmd_no_access, the tenth of its
 * answers.
 */
export function isRefused({ failure, stdout }: RunResult): boolean {
  return failure === "failed" && /^Unknown LLDP command response: R0a$/m.test(stdout);
}

/** Whether lldpad has nothing to do with this NIC: there is none, it is down, or of a kind that lldpad leaves alone. */
export function isUnknownDevice({ failure, stdout }: RunResult): boolean {
  return failure === "failed" &&
    /^(?:Device not found|Agent instance for device not found|Device not capable)/.test(stdout);
}

/** All TLVs of the neighbour at `nic`, unfiltered: with -V lldpad damages long ones. */
export function askNeighbour(host: Host, nic: string, signal?: AbortSignal): Promise<RunResult> {
  return lldptool(host, ["get-tlv", "-n", "-i", nic], signal);
}

/**
 * What lldpad does at `nic`: "disabled", "rx", "tx" or "rxtx"; undefined where it does not say (it knows no such
 * interface, or one that is down).
 */
export async function adminStatus(host: Host, nic: string, signal?: AbortSignal): Promise<string | undefined> {
  const { failure, stdout } = await lldptool(host, ["get-lldp", "-i", nic, "adminStatus"], signal);
  return failure ? undefined : /^adminStatus ?= ?(\w+)/.exec(stdout)?.[1];
}

/**
 * Lets lldpad listen at `nic`, and nothing else; false where it then does not. lldpad -R denies this with an error and
 * does it all the same, so what counts is what it says of itself afterwards.
 */
export async function listenAt(host: Host, nic: string, signal?: AbortSignal): Promise<boolean> {
  await lldptool(host, ["set-lldp", "-i", nic, "adminStatus=rx"], signal);
  return await adminStatus(host, nic, signal) === "rx";
}

/** What the kernel says of a NIC's link. */
export interface Link {
  /** Administratively up: IFF_UP (netdevice(7)). */
  isUp: boolean;
  hasCarrier: boolean;
}

/** The link of `nic`. Where the kernel says nothing of it it counts as up and with a carrier: lldpad knows better. */
export function linkOf(host: Host, nic: string): Promise<Read<Link>> {
  return reading(async () => {
    const [flags, carrier] = await Promise.all([
      readLine(host, `/sys/class/net/${nic}/flags`),
      readLine(host, `/sys/class/net/${nic}/carrier`),
    ]);
    const isUp = (Number(known(flags) ?? 1) & 1) !== 0;
    // The kernel refuses to tell the carrier of an interface that is down.
    return { isUp, hasCarrier: isUp && known(carrier) !== "0" };
  });
}
