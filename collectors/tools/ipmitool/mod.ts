/** ipmitool: the BMC, asked with commands that only read (ipmitool(1); IPMI 2.0). */
import { type CollectContext, type Collected, collectedFrom, type Collector } from "../collector.ts";
import type { Bmc, BmcChannel, BmcPart, Fru } from "./types.ts";
import { type Host, isUnknown, known, listNames, type Read, reading, type RunResult, valueOf } from "../../host/mod.ts";
import { parseChassisStatus } from "./chassis.ts";
import { parseFruPrint } from "./fru.ts";
import { parseMcGuid } from "./guid.ts";
import { parseLan6Print, parseLanPrint, withoutCommunity } from "./lan.ts";
import { parseMcInfo } from "./mc_info.ts";
import { type Answer, CALL_MS, questions } from "./questions.ts";
import { parseSelInfo, parseSelList } from "./sel.ts";
import { parseChannelAccess, parseUserList } from "./users.ts";
import { type Parsed, ParseError, TooMuchError } from "../parsing.ts";
import { nonEmpty, prune } from "../../values.ts";

export {
  parseChannelAccess,
  parseChassisStatus,
  parseFruPrint,
  parseLan6Print,
  parseLanPrint,
  parseMcGuid,
  parseMcInfo,
  parseSelInfo,
  parseSelList,
  parseUserList,
};

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

/** All FRUs of a big machine in one call: a hundred reads each. */
const ALL_FRUS_MS = 30_000;
/** One request or two. */
const STATE_MS = 5_000;
/** Two requests a user, or one an event and those for the SDRs. */
const LIST_MS = 15_000;
/** The channels that may be a LAN: 0 is the IPMB, 12 and 13 are reserved, 14 is whoever asks, 15 this host's own. */
const CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

const PARTS: readonly BmcPart[] = ["channels", "frus", "guid", "chassis", "sel", "events", "users"];

/**
 * `now`, with those parts of `last` that got no answer now and had one then; undefined where that is nothing: a slow BMC
 * takes no fact away.
 */
export function keepUnanswered(last: Bmc, now: Bmc): Bmc | undefined {
  const kept = now.unread?.filter((part) => last.unread?.includes(part) !== true) ?? [];
  if (kept.length === 0) return undefined;
  const parts = Object.fromEntries(kept.map((part) => [part, last[part]]));
  const unread = nonEmpty((now.unread ?? []).filter((part) => !kept.includes(part)));
  return prune<Bmc>({ ...now, ...parts, unread });
}

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
  const unread = new Set<BmcPart>(PARTS);
  const unparsed = [...info.unparsed ?? []];
  let excess: Pick<Collected<Bmc>, "status" | "error"> | undefined;
  const excessive = new Set<Answer>();
  const read = <T>(answer: Answer, parse: (text: string) => Parsed<T>): T | undefined => {
    if (answer.stdout.trim() === "") return undefined;
    try {
      const parsed = parse(answer.stdout);
      unparsed.push(...parsed.unparsed.map(({ text }) => text));
      return parsed.value;
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      if (error instanceof TooMuchError) {
        excess ??= { status: "failed", error: error.message };
        excessive.add(answer);
      }
      return undefined;
    }
  };
  const current = (): Bmc => prune<Bmc>({ ...bmc, unread: nonEmpty(PARTS.filter((part) => unread.has(part))) });
  const know = (known: Partial<Bmc>) => {
    Object.assign(bmc, known);
    context.partial(current());
  };
  /** The part is known to its end, where its questions were answered. */
  const knowWhole = (part: BmcPart, known: Partial<Bmc>, ...answers: Answer[]) => {
    if (!answers.some((answer) => answer.isUnanswered || excessive.has(answer))) unread.delete(part);
    know(known);
  };

  const channels: BmcChannel[] = [];
  const ofChannels: Answer[] = [];
  const askOfChannel = async (...args: string[]) => {
    const answer = await asking.ask(args);
    ofChannels.push(answer);
    return answer;
  };
  const askChannels = async (numbers: number[]) => {
    for (const number of numbers) {
      // What fails is no LAN channel: only a BMC that is busy is another matter, which `asking` keeps in mind.
      const found = read(await askOfChannel("lan", "print", String(number)), parseLanPrint);
      if (!found) continue;
      channels.push({ number, ...(includeSecrets ? found : withoutCommunity(found)) });
      know({ channels });
    }
  };

  know({});
  await askChannels(CHANNELS.slice(0, 1));
  const fru0 = await asking.ask(["fru", "print", "0"]);
  know(prune({ frus: nonEmpty(read(fru0, parseFruPrint) ?? []) }));
  await askChannels(CHANNELS.slice(1));
  for (const channel of channels) {
    const { stdout } = await askOfChannel("channel", "info", String(channel.number));
    const medium = /^\s*Channel Medium Type\s*: (.+)$/m.exec(stdout)?.[1]?.trim();
    if (medium) channel.medium = medium;
  }
  for (const channel of channels) {
    const ipv6 = read(await asking.ask(["lan6", "print", String(channel.number)], { mayHang: true }), parseLan6Print);
    if (ipv6?.length) channel.ipv6 = ipv6;
  }
  knowWhole("channels", prune({ channels: nonEmpty(channels) }), ...ofChannels);

  const sdrs = usesDeviceSdrs(bmc) ? undefined : await asking.ask(["sdr", "info"]);
  const hasSdrs = sdrs === undefined || recordCount(sdrs.stdout) > 0;
  const all = hasSdrs ? await asking.ask(["fru", "print"], { timeoutMs: ALL_FRUS_MS }) : undefined;
  // Of a killed one the last FRU may be half.
  const frus: Fru[] = all && read(all, parseFruPrint) || [];
  const whole = all?.failure === "timeout" ? frus.slice(0, -1) : frus;
  // A listing without FRU 0 is no more than what is known already.
  const known = whole.length > (bmc.frus?.length ?? 0) ? { frus: whole } : {};
  knowWhole("frus", known, ...[all ?? fru0, sdrs].filter((answer) => answer !== undefined));

  await askState({ ask: (args, timeoutMs) => asking.ask(args, { timeoutMs, isAlone: true }), read, knowWhole }, {
    hasSdrs,
    channel: channels[0]?.number ?? 1,
  });
  return prune<Collected<Bmc>>({
    ...asking.trouble() ?? excess ?? info,
    value: current(),
    unparsed: nonEmpty(unparsed),
  });
}

interface Asking {
  ask(args: string[], timeoutMs: number): Promise<Answer>;
  read<T>(answer: Answer, parse: (text: string) => Parsed<T>): T | undefined;
  knowWhole(part: BmcPart, known: Partial<Bmc>, ...answers: Answer[]): void;
}

/** What tells of the state of the machine, and not what it is: last, so that a slow BMC has told the other by then. */
async function askState(
  { ask, read, knowWhole }: Asking,
  { hasSdrs, channel }: { hasSdrs: boolean; channel: number },
): Promise<void> {
  const guid = await ask(["mc", "guid"], STATE_MS);
  knowWhole("guid", prune({ guid: read(guid, parseMcGuid) }), guid);
  const chassis = await ask(["chassis", "status"], STATE_MS);
  knowWhole("chassis", prune({ chassis: read(chassis, parseChassisStatus) }), chassis);

  const info = await ask(["sel", "info"], STATE_MS);
  const sel = read(info, parseSelInfo);
  knowWhole("sel", prune({ sel }), info);
  if (sel && sel.entries !== 0) {
    // `elist` reads the SDRs for the names of the sensors, and clears a repository that is empty.
    const list = await ask(["sel", hasSdrs ? "elist" : "list", "last", "20"], LIST_MS);
    const events = read(list, parseSelList) ?? (list.failure ? undefined : []);
    knowWhole("events", prune({ events }), list);
  } else knowWhole("events", sel ? { events: [] } : {}, info);

  const access = await ask(["channel", "getaccess", String(channel)], LIST_MS);
  const told = read(access, parseChannelAccess);
  // What tells which are enabled is not in all versions.
  const list = told || access.isUnanswered ? access : await ask(["user", "list", String(channel)], LIST_MS);
  knowWhole("users", prune({ users: told ?? (list === access ? undefined : read(list, parseUserList)) }), list);
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
