/** ipmitool: the BMC, asked with commands that only read (ipmitool(1); IPMI 2.0). */
import { type CollectContext, type Collected, collectedFrom, type Collector } from "../collector.ts";
import type { Bmc, BmcChannel, Fru } from "./types.ts";
import {
  describeFailure,
  type Host,
  isUnknown,
  known,
  listNames,
  type Read,
  reading,
  type RunResult,
  valueOf,
} from "../../host/mod.ts";
import { parseFruPrint } from "./fru.ts";
import { parseLan6Print, parseLanPrint, withoutCommunity } from "./lan.ts";
import { parseMcInfo } from "./mc_info.ts";
import { type Parsed, ParseError, TooMuchError } from "../parsing.ts";
import { nonEmpty, prune } from "../../values.ts";

export { parseFruPrint, parseLan6Print, parseLanPrint, parseMcInfo };

export interface IpmitoolOptions {
  /** Keep the SNMP community. */
  includeSecrets: boolean;
}

/** Why there is nothing to ask: no device, and no word of a BMC. */
export const NO_IPMI_DEVICE = "no IPMI device: none of /dev/ipmi0, /dev/ipmi/0, /dev/ipmidev/0";
/** The same, where SMBIOS type 38 is the board's word that it has one. */
export const NO_IPMI_DRIVER =
  "the board has a BMC (SMBIOS type 38), but the host lacks ipmi_si and ipmi_devintf: there is no /dev/ipmi0";
/** The host's device is no device of this container's. */
export const IPMI_DEVICE_OUTSIDE =
  "the host has an IPMI device, but this container was not given it: --device /dev/ipmi0";

/** The longest outputs known, of all FRUs, have 5 kB. */
const OUTPUT_LIMIT_BYTES = 256 * 1024;
/** A slow BMC takes 5 s a call. */
const CALL_MS = 10_000;
/** All FRUs of a big machine in one call: a hundred reads each. */
const ALL_FRUS_MS = 30_000;
/** The channels that may be a LAN: 0 is the IPMB, 12 and 13 are reserved, 14 is whoever asks, 15 this host's own. */
const CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/**
 * Asks the BMC, one question after the other: it has one mailbox (KCS) and answers no two at once. The questions are
 * in the order of what matters most, and what is known is handed on after each, since a slow BMC may not come to the
 * end. Nothing is ever written to it: `fru print` alone, and `sdr`, clear the SDR repository where that is empty, so
 * the FRUs but the first are asked for only where it is not.
 */
export function ipmitoolCollector(options: IpmitoolOptions): Collector<Bmc> {
  return {
    name: "ipmitool",
    timeoutMs: 55_000,
    collect: async (host, context) => {
      const device = await findDevice(host);
      if (isUnknown(device)) {
        return { status: device.why === "late" ? "timeout" : "failed", error: `IPMI device: ${device.message}` };
      }
      const isThere = valueOf(device);
      if (isThere === false) return { status: "skipped", error: await whyNoDevice(host) };
      const whyNot = () => isThere ? IPMI_DEVICE_OUTSIDE : whyNoDevice(host);
      const [version, collected] = await Promise.all([
        versionOf(host, context.signal),
        collectBmc(host, context, options, whyNot),
      ]);
      return version === undefined || collected.status === "missing" ? collected : { ...collected, version };
    },
  };
}

/** Whether there is an IPMI device; `absent` where there is no /dev, or it may not be listed. */
async function findDevice(host: Host): Promise<Read<boolean>> {
  const dev = await listNames(host, "/dev");
  // A container may have no /dev of the host's, and a program no right to it: then ipmitool itself is asked.
  if (!("value" in dev)) return dev.why === "denied" ? { why: "absent", message: dev.message } : dev;
  return await reading(async () => {
    const names = new Set(dev.value);
    if (names.has("ipmi0")) return true;
    for (const folder of ["ipmi", "ipmidev"]) {
      if (names.has(folder) && known(await listNames(host, `/dev/${folder}`))?.includes("0")) return true;
    }
    return false;
  });
}

/** Where the kernel shows SMBIOS structures (dmi-sysfs), it costs nothing to see whether the board has a BMC. */
async function whyNoDevice(host: Host): Promise<string> {
  return "value" in await host.list("/sys/firmware/dmi/entries/38-0") ? NO_IPMI_DRIVER : NO_IPMI_DEVICE;
}

/** "ipmitool version 1.8.19"; it asks no BMC for that. */
async function versionOf(host: Host, signal: AbortSignal): Promise<string | undefined> {
  const { stdout } = await host.run("ipmitool", ["-V"], { timeoutMs: CALL_MS, signal });
  return /^ipmitool version (\S+)/.exec(stdout)?.[1];
}

async function collectBmc(
  host: Host,
  context: CollectContext<Bmc>,
  { includeSecrets }: IpmitoolOptions,
  whyNoDevice: () => Promise<string> | string,
): Promise<Collected<Bmc>> {
  const asking = questions(host, context.signal);
  const first = await asking.ask(["mc", "info"]);
  const info = collectedFrom("ipmitool", first, parseMcInfo);
  if (!info.value) return isNoDevice(first) ? { status: "skipped", error: await whyNoDevice() } : info;

  const bmc: Bmc = { ...info.value };
  const unparsed = [...info.unparsed ?? []];
  let excess: Pick<Collected<Bmc>, "status" | "error"> | undefined;
  const read = <T>(result: RunResult, parse: (text: string) => Parsed<T>): T | undefined => {
    if (result.stdout.trim() === "") return undefined;
    try {
      const parsed = parse(result.stdout);
      unparsed.push(...parsed.unparsed.map(({ text }) => text));
      return parsed.value;
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      if (error instanceof TooMuchError) excess ??= { status: "failed", error: error.message };
      return undefined;
    }
  };
  const know = (known: Partial<Bmc>) => context.partial({ ...Object.assign(bmc, known) });

  const channels: BmcChannel[] = [];
  const askChannels = async (numbers: number[]) => {
    for (const number of numbers) {
      // What fails is no LAN channel: only a BMC that is busy is another matter, which `asking` keeps in mind.
      const found = read(await asking.ask(["lan", "print", String(number)]), parseLanPrint);
      if (!found) continue;
      channels.push({ number, ...(includeSecrets ? found : withoutCommunity(found)) });
      know({ channels });
    }
  };

  know({});
  await askChannels(CHANNELS.slice(0, 1));
  know(prune({ frus: nonEmpty(read(await asking.ask(["fru", "print", "0"]), parseFruPrint) ?? []) }));
  await askChannels(CHANNELS.slice(1));
  for (const channel of channels) {
    const { stdout } = await asking.ask(["channel", "info", String(channel.number)]);
    const medium = /^\s*Channel Medium Type\s*: (.+)$/m.exec(stdout)?.[1]?.trim();
    if (medium) channel.medium = medium;
  }
  for (const channel of channels) {
    const ipv6 = read(await asking.ask(["lan6", "print", String(channel.number)], { mayHang: true }), parseLan6Print);
    if (ipv6?.length) channel.ipv6 = ipv6;
  }
  know(prune({ channels: nonEmpty(channels) }));
  if (usesDeviceSdrs(bmc) || recordCount((await asking.ask(["sdr", "info"])).stdout) > 0) {
    const result = await asking.ask(["fru", "print"], { timeoutMs: ALL_FRUS_MS });
    // Of a killed one the last FRU may be half.
    const frus: Fru[] = read(result, parseFruPrint) ?? [];
    const whole = result.failure === "timeout" ? frus.slice(0, -1) : frus;
    if (whole.length > (bmc.frus?.length ?? 0)) know({ frus: whole });
  }
  return prune<Collected<Bmc>>({ ...asking.trouble() ?? excess ?? info, value: bmc, unparsed: nonEmpty(unparsed) });
}

/**
 * ipmitool reads the device SDRs, whatever the repository holds, where the BMC has them and no repository; by what
 * `mc info` says of it, as ipmitool itself does.
 */
function usesDeviceSdrs({ providesDeviceSdrs, additionalDeviceSupport: support = [] }: Bmc): boolean {
  return providesDeviceSdrs === true && support.includes("Sensor Device") && !support.includes("SDR Repository Device");
}

/** Of `sdr info`. */
function recordCount(text: string): number {
  return Number(/^Record Count\s*: (\d+)$/m.exec(text)?.[1] ?? 0);
}

function isNoDevice({ failure, stderr }: RunResult): boolean {
  return failure === "failed" && /^Could not open device at .*: No such (?:file|device)/m.test(stderr);
}

interface Questions {
  /** Runs ipmitool with a limit on time; answers at once, with `timeout`, where the BMC no longer answers. */
  ask(args: string[], options?: { timeoutMs?: number; mayHang?: boolean }): Promise<RunResult>;
  /** What went wrong on the way, where something did. */
  trouble(): Pick<Collected<Bmc>, "status" | "error"> | undefined;
}

/**
 * Questions to a BMC that may be wedged: it is given up when the first one, or two in a row, get no answer. A question
 * that `mayHang` is one that some healthy BMCs answer without end (`lan6 print`, where any number is a valid one).
 */
function questions(host: Host, signal: AbortSignal): Questions {
  let asked = 0, late = 0, isWedged = false;
  let trouble: Pick<Collected<Bmc>, "status" | "error"> | undefined;
  return {
    ask: async (args, { timeoutMs = CALL_MS, mayHang = false } = {}) => {
      if (isWedged) return { failure: "timeout", stdout: "", stderr: "", elapsedMs: 0 };
      const result = await host.run("ipmitool", args, { timeoutMs, signal, outputLimitBytes: OUTPUT_LIMIT_BYTES });
      late = result.failure === "timeout" ? late + 1 : 0;
      isWedged = late > (asked++ === 0 ? 0 : 1);
      const isFlood = result.failure === "flood";
      const isBusy = result.failure === "failed" && /\b(?:node busy|timeout|timed out)\b/i.test(result.stderr);
      if ((late > 0 && !mayHang) || isBusy || isFlood) {
        const error = describeFailure(["ipmitool", ...args].join(" "), result);
        trouble ??= { status: late > 0 ? "timeout" : "failed", error };
      }
      // Of a flood nothing is read.
      return isFlood ? { ...result, stdout: "" } : result;
    },
    trouble: () => trouble,
  };
}
