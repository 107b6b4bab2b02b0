/** Facts as a text for a person in a hurry: at most 100 columns, readable without colour. */
import type { BmcChannel, Disk, Facts, Nic } from "../facts/mod.ts";
import { prefixLengthOf } from "../tools/kernel/addresses.ts";
import { columns, named, value, wrap } from "./layout.ts";
import { findingLines, specLines } from "./verdict.ts";

/** The sections that the table has a place for. */
export const TABLE_SECTIONS: readonly (keyof Facts)[] = [
  ...["identity", "system", "chassis", "firmware", "virtualization", "tpm", "os"] as const,
  ...["cpu", "memory", "disks", "nics", "neighbours", "lldp", "gpus", "bmc", "findings", "spec"] as const,
];

/** What the machine is, on one screen or two. `colour`: bold headings and red problems, by ANSI escapes. */
export function table(facts: Facts, options: { colour: boolean }): string {
  const paint = options.colour ? (code: number, text: string) => `\x1b[${code}m${text}\x1b[0m` : plain;
  const sections: [string, string[]][] = [
    ["SYSTEM", systemLines(facts)],
    ["CPU", cpuLines(facts)],
    ["MEMORY", memoryLines(facts)],
    ["DISKS", diskLines(facts.disks)],
    ["NICS", nicLines(facts.nics)],
    ["SWITCH PORTS", switchPortLines(facts)],
    ["GPUS", gpuLines(facts)],
    ["BMC", bmcLines(facts)],
  ];
  const problems = problemLines(facts);
  const out: string[] = facts.spec ? [...specLines(facts.spec, paint), ""] : [];
  for (const [heading, lines] of sections) {
    if (lines.length > 0) out.push(paint(1, heading), ...lines.flatMap(wrap), "");
  }
  const found = findingLines(facts.findings);
  if (found.length > 0) out.push(paint(31, "PROBLEMS"), ...found.flatMap(wrap), "");
  if (problems.length > 0) out.push(paint(31, "NOT READ"), ...problems.flatMap(wrap), "");
  return out.join("\n");
}

function plain(_code: number, text: string): string {
  return text;
}

function systemLines({ system, chassis, firmware, virtualization, os, identity, tpm }: Facts): string[] {
  const mode = firmware?.bootMode === "uefi"
    ? `UEFI${firmware.secureBoot === undefined ? "" : `, secure boot ${firmware.secureBoot ? "on" : "off"}`}`
    : firmware?.bootMode === "bios"
    ? "legacy BIOS boot"
    : undefined;
  const hypervisor = virtualization?.type === "unknown" ? "" : ` (${virtualization?.type})`;
  const kind = virtualization && (virtualization.virtual ? `virtual machine${hypervisor}` : "physical");
  return named([
    ["machine", list(words(system?.manufacturer, system?.productName), kind)],
    ["serial", list(system?.serialNumber, chassis?.assetTag && `asset tag ${chassis.assetTag}`)],
    ["UUID", identity.uuid ?? system?.uuid],
    ["firmware", list(words(firmware?.vendor, firmware?.version), firmware?.releaseDate, mode)],
    ["TPM", tpm && words(tpm.version, tpm.description)],
    ["host", list(os?.hostname, os?.kernel && `Linux ${os.kernel}`, os?.hardwareModel)],
  ]);
}

function cpuLines({ cpu }: Facts): string[] {
  if (!cpu) return [];
  const counts = list(
    count(cpu.sockets, "socket"),
    count(cpu.coresPerSocket, "core", "a socket"),
    count(cpu.threadsPerCore, "thread", "a core"),
    count(cpu.logicalCpus, "logical CPU"),
    (cpu.numaNodes?.length ?? 0) > 1 ? count(cpu.numaNodes!.length, "NUMA node") : undefined,
  );
  const vulnerable = cpu.vulnerabilities?.filter(({ status }) => status.startsWith("Vulnerable")).map((v) => v.name);
  return named([
    ["model", cpu.modelName ?? cpu.packages?.find((p) => p.populated)?.modelName ?? cpu.architecture],
    ["layout", counts],
    ["clock", cpu.maxMHz && `${Math.round(cpu.maxMHz)} MHz max`],
    ["microcode", cpu.microcode],
    ["vulnerable", vulnerable?.join(", ")],
  ]);
}

function memoryLines({ memory }: Facts): string[] {
  if (!memory) return [];
  const size = memory.totalBytes ?? memory.usableBytes;
  const lines = named([[
    "total",
    list(
      size && binary(size),
      memory.slotCount && `${memory.usedSlotCount} of ${memory.slotCount} slots used`,
      memory.errorCorrection === "None" ? "no ECC" : memory.errorCorrection,
      memory.maxCapacityBytes && `at most ${binary(memory.maxCapacityBytes)}`,
    ),
  ]]);
  const dimms = memory.dimms ?? [];
  // Boards of AMD's and Oracle's call the first DIMM of every channel, or processor, the same.
  const isAmbiguous = new Set(dimms.map(({ locator }) => locator)).size < dimms.length;
  const rows = dimms.map((dimm) => [
    dimm.locator,
    isAmbiguous ? dimm.bank : undefined,
    dimm.sizeBytes === undefined ? undefined : binary(dimm.sizeBytes),
    dimm.type,
    rate(dimm.configuredSpeedMTs ?? dimm.speedMTs, "MT/s"),
    dimm.manufacturer,
    dimm.partNumber,
    dimm.serialNumber,
  ]);
  const headings = ["SLOT", "BANK", "SIZE", "TYPE", "SPEED", "MANUFACTURER", "PART", "SERIAL"];
  return [...lines, ...columns(headings, rows, ["MANUFACTURER", "SLOT"])];
}

function diskLines(disks: Disk[] = []): string[] {
  const rows = disks.map((disk) => [
    disk.name,
    disk.sizeBytes === undefined ? undefined : decimal(disk.sizeBytes),
    disk.rotational === undefined ? undefined : disk.rotational ? "HDD" : "SSD",
    disk.transport,
    words(disk.vendor, disk.model),
    disk.serialNumber,
    disk.mountpoints?.join(" "),
  ]);
  return columns(["NAME", "SIZE", "KIND", "BUS", "MODEL", "SERIAL", "MOUNTED"], rows, ["MODEL", "MOUNTED"]);
}

function nicLines(nics: Nic[] = []): string[] {
  const physical = nics.filter((nic) => nic.physical);
  const rows = physical.map((nic) => [
    nic.name,
    nic.permanentMac ?? nic.mac,
    nic.carrier === undefined ? nic.operState : nic.carrier ? "up" : "no carrier",
    speed(nic),
    nic.driver,
    nic.bond,
    nic.addresses?.filter(({ scope }) => scope === "global").map(({ address }) => address).join(" "),
    nic.product ?? nic.vendor,
  ]);
  const virtual = nics.length - physical.length;
  return [
    ...columns(["NAME", "MAC", "LINK", "SPEED", "DRIVER", "BOND", "ADDRESS", "MODEL"], rows, ["MODEL", "ADDRESS"]),
    ...(virtual > 0 ? [`  and ${count(virtual, "virtual function")}`] : []),
  ];
}

/** Where the NICs are cabled to; which are not known to be, where that is no matter of their link. */
function switchPortLines({ neighbours = [], lldp = [] }: Facts): string[] {
  const rows = neighbours.map((heard) => [
    heard.interface,
    heard.systemName ?? heard.chassisId?.value,
    heard.portId?.value,
    heard.pvid === undefined ? undefined : String(heard.pvid),
    heard.portDescription,
  ]);
  const silent = Map.groupBy(lldp, ({ verdict }) => VERDICT_WORDS[verdict]);
  return [
    ...columns(["NIC", "SWITCH", "PORT", "VLAN", "DESCRIPTION"], rows, ["DESCRIPTION", "SWITCH"]),
    ...[...silent].filter(([reason]) => reason !== undefined).map(([reason, verdicts]) =>
      `  ${reason}: ${value(verdicts.map((verdict) => verdict.interface).join(" "))}`
    ),
  ];
}

/** Those of the link stand with the NIC, those of lldpad among what was not read. */
const VERDICT_WORDS = {
  neighbour: undefined,
  linkDown: undefined,
  noCarrier: undefined,
  nothingHeard: "no LLDP heard",
  lldpadUnavailable: undefined,
  notEnabled: "LLDP not enabled",
} as const;

function speed({ speedMbps, maxSpeedMbps }: Nic): string | undefined {
  const gbit = (mbps: number) => mbps >= 1000 ? `${mbps / 1000}G` : `${mbps}M`;
  if (speedMbps === undefined) return maxSpeedMbps === undefined ? undefined : `- of ${gbit(maxSpeedMbps)}`;
  return maxSpeedMbps === undefined || maxSpeedMbps === speedMbps
    ? gbit(speedMbps)
    : `${gbit(speedMbps)} of ${gbit(maxSpeedMbps)}`;
}

function gpuLines({ gpus }: Facts): string[] {
  return (gpus ?? []).map(({ vendor, product, vendorId, deviceId, class: kind, driver, address }) => {
    const ids = vendorId && deviceId && `${vendorId}:${deviceId}`;
    const name = words(vendor, product) ?? words(kind, ids) ?? "unknown";
    return `  ${value(list(`${name} at ${address}`, driver))}`;
  });
}

function bmcLines({ bmc }: Facts): string[] {
  if (!bmc) return [];
  const lines = named([[
    "BMC",
    list(
      words(bmc.manufacturer ?? (bmc.manufacturerId && `manufacturer ${bmc.manufacturerId}`), bmc.productName),
      bmc.firmware && `firmware ${bmc.firmware}`,
      bmc.ipmiVersion && `IPMI ${bmc.ipmiVersion}`,
    ),
  ]]);
  const rows = (bmc.channels ?? []).map((channel) => [
    String(channel.number),
    withPrefix(channel) ?? "none",
    channel.gateway,
    channel.mac,
    channel.vlanId === undefined ? undefined : String(channel.vlanId),
    channel.ipSource,
    channel.ipv6?.map(({ address }) => address).join(" "),
  ]);
  const headings = ["CHANNEL", "ADDRESS", "GATEWAY", "MAC", "VLAN", "SOURCE", "IPV6"];
  return [...lines, ...columns(headings, rows, ["SOURCE"])];
}

/** "10.20.30.40/24" */
function withPrefix({ ip, netmask }: BmcChannel): string | undefined {
  const length = netmask === undefined ? undefined : prefixLengthOf(netmask, "IPv4");
  return ip === undefined || length === undefined ? ip : `${ip}/${length}`;
}

function problemLines({ sources }: Facts): string[] {
  return Object.entries(sources).flatMap(([name, source]) => {
    const error = source.error?.startsWith(`${name}: `) ? source.error.slice(`${name}: `.length) : source.error;
    const kept = source.keptFrom ? `; values of ${source.keptFrom} are kept` : "";
    const unparsed = source.unparsed ? [`${count(source.unparsed.count, "line")} not understood`] : [];
    const problem = source.status === "ok" ? error : `${source.status}: ${error ?? "no reason given"}`;
    return [...(problem ? [problem + kept] : []), ...(source.notes ?? []), ...unparsed]
      .map((text) => `  ${name.padEnd(10)} ${value(text)}`);
  });
}

function words(...parts: (string | number | undefined)[]): string | undefined {
  return parts.filter((part) => part !== undefined && part !== "").join(" ") || undefined;
}

function list(...parts: (string | number | undefined)[]): string | undefined {
  return parts.filter((part) => part !== undefined && part !== "" && part !== 0).join(", ") || undefined;
}

function count(number: number | undefined, thing: string, of = ""): string | undefined {
  return number === undefined ? undefined : words(`${number} ${thing}${number === 1 ? "" : "s"}`, of);
}

function rate(number: number | undefined, unit: string): string | undefined {
  return number === undefined ? undefined : `${number} ${unit}`;
}

/** Memory, by powers of 1024: 32 GiB. */
function binary(bytes: number): string {
  return scaled(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]);
}

/** Disks, by powers of 1000, as they are sold: 960 GB. */
function decimal(bytes: number): string {
  return scaled(bytes, 1000, ["B", "kB", "MB", "GB", "TB", "PB"]);
}

function scaled(value: number, base: number, units: string[]): string {
  let i = 0;
  for (; value >= base && i < units.length - 1; i++) value /= base;
  return `${Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0))} ${units[i]}`;
}
