/** Facts as a text for a person in a hurry: at most 100 columns, readable without colour. */
import type { Disk, Facts, Neighbour, Nic } from "./facts.ts";

export const TABLE_WIDTH = 100;

/** What the machine is, on one screen or two. `colour`: bold headings and red problems, by ANSI escapes. */
export function table(facts: Facts, options: { colour: boolean }): string {
  const paint = options.colour ? (code: number, text: string) => `\x1b[${code}m${text}\x1b[0m` : plain;
  const sections: [string, string[]][] = [
    ["SYSTEM", systemLines(facts)],
    ["CPU", cpuLines(facts)],
    ["MEMORY", memoryLines(facts)],
    ["DISKS", diskLines(facts.disks)],
    ["NICS", nicLines(facts)],
    ["GPUS", gpuLines(facts)],
    ["BMC", bmcLines(facts)],
  ];
  const problems = problemLines(facts);
  const out: string[] = [];
  for (const [heading, lines] of sections) {
    if (lines.length > 0) out.push(paint(1, heading), ...lines.flatMap(wrap), "");
  }
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
  const kind = virtualization && (virtualization.isVirtual ? `virtual machine (${virtualization.type})` : "physical");
  return facts([
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
  return facts([
    ["model", cpu.modelName ?? cpu.packages?.find((p) => p.populated)?.model ?? cpu.architecture],
    ["layout", counts],
    ["clock", list(cpu.maxMHz && `${cpu.maxMHz} MHz max`, cpu.microcode && `microcode ${cpu.microcode}`)],
    ["vulnerable", vulnerable?.join(", ")],
  ]);
}

function memoryLines({ memory }: Facts): string[] {
  if (!memory) return [];
  const size = memory.totalBytes ?? memory.usableBytes;
  const lines = facts([[
    "total",
    list(
      size && binary(size),
      memory.slots && `${memory.slotsUsed} of ${memory.slots} slots used`,
      memory.errorCorrection,
      memory.maxCapacityBytes && `at most ${binary(memory.maxCapacityBytes)}`,
    ),
  ]]);
  const dimms = memory.dimms ?? [];
  if (dimms.length === 0) return lines;
  const rows = dimms.map((dimm) => [
    dimm.locator,
    binary(dimm.sizeBytes),
    dimm.type,
    rate(dimm.configuredSpeedMTs ?? dimm.speedMTs, "MT/s"),
    dimm.manufacturer,
    dimm.partNumber,
    dimm.serialNumber,
  ]);
  return [...lines, ...columns(["SLOT", "SIZE", "TYPE", "SPEED", "MANUFACTURER", "PART", "SERIAL"], rows)];
}

function diskLines(disks: Disk[] | undefined): string[] {
  if (!disks?.length) return [];
  const rows = disks.map((disk) => [
    disk.name,
    disk.sizeBytes === undefined ? undefined : decimal(disk.sizeBytes),
    disk.rotational === undefined ? undefined : disk.rotational ? "HDD" : "SSD",
    disk.transport,
    words(disk.vendor, disk.model),
    disk.serialNumber,
    disk.wwn,
    disk.mountpoints?.join(" "),
  ]);
  return columns(["NAME", "SIZE", "KIND", "BUS", "MODEL", "SERIAL", "WWN", "MOUNTED"], rows);
}

function nicLines({ nics, neighbours, lldp }: Facts): string[] {
  if (!nics?.length) return [];
  const heard = new Map((neighbours ?? []).map((neighbour) => [neighbour.interface, neighbour]));
  const verdicts = new Map((lldp ?? []).map(({ interface: name, verdict }) => [name, verdict]));
  const rows = nics.map((nic) => [
    nic.name,
    nic.permanentMac ?? nic.mac,
    nic.carrier === undefined ? nic.operState : nic.carrier ? "up" : "no carrier",
    speed(nic),
    nic.driver,
    nic.pciAddress,
    nic.addresses?.filter(({ scope }) => scope === "global").map(({ address }) => address).join(" "),
    switchPort(heard.get(nic.name)) ?? VERDICT_WORDS[verdicts.get(nic.name) ?? "neighbour"],
  ]);
  return columns(["NAME", "MAC", "LINK", "SPEED", "DRIVER", "PCI", "ADDRESS", "SWITCH PORT"], rows);
}

const VERDICT_WORDS = {
  neighbour: undefined,
  linkDown: "interface is down",
  noCarrier: undefined,
  nothingHeard: "no LLDP heard",
  lldpadUnavailable: "no lldpad",
  notEnabled: "LLDP not enabled",
} as const;

function switchPort(neighbour: Neighbour | undefined): string | undefined {
  if (!neighbour) return undefined;
  const vlan = neighbour.pvid ? `VLAN ${neighbour.pvid}` : undefined;
  return words(neighbour.systemName ?? neighbour.chassisId?.value, neighbour.portId?.value, vlan);
}

function speed({ speedMbps, maxSpeedMbps }: Nic): string | undefined {
  const gbit = (mbps: number) => mbps >= 1000 ? `${mbps / 1000}G` : `${mbps}M`;
  if (speedMbps === undefined) return maxSpeedMbps === undefined ? undefined : `- of ${gbit(maxSpeedMbps)}`;
  return maxSpeedMbps === undefined || maxSpeedMbps === speedMbps
    ? gbit(speedMbps)
    : `${gbit(speedMbps)} of ${gbit(maxSpeedMbps)}`;
}

function gpuLines({ gpus }: Facts): string[] {
  return (gpus ?? []).map(({ vendor, product, vendorId, deviceId, driver, address }) => {
    const name = words(vendor, product) ?? (vendorId && deviceId && `${vendorId}:${deviceId}`) ?? "unknown";
    return `  ${clean(list(`${name} at ${address}`, driver) ?? "")}`;
  });
}

function bmcLines({ bmc }: Facts): string[] {
  if (!bmc) return [];
  const lines = facts([[
    "BMC",
    list(
      words(bmc.manufacturer ?? (bmc.manufacturerId && `manufacturer ${bmc.manufacturerId}`), bmc.product),
      bmc.firmware && `firmware ${bmc.firmware}`,
      bmc.ipmiVersion && `IPMI ${bmc.ipmiVersion}`,
    ),
  ]]);
  const channels = bmc.channels ?? [];
  if (channels.length === 0) return lines;
  const rows = channels.map((channel) => [
    String(channel.number),
    channel.ip ?? "none",
    channel.netmask,
    channel.gateway,
    channel.mac,
    channel.vlanId === undefined ? undefined : String(channel.vlanId),
    channel.ipSource,
    channel.ipv6?.map(({ address }) => address).join(" "),
  ]);
  return [...lines, ...columns(["CHANNEL", "ADDRESS", "NETMASK", "GATEWAY", "MAC", "VLAN", "SOURCE", "IPV6"], rows)];
}

function problemLines({ sources }: Facts): string[] {
  return Object.entries(sources).flatMap(([name, source]) => {
    const kept = source.keptFrom ? `; values of ${source.keptFrom} are kept` : "";
    const unparsed = source.unparsed ? [`${source.unparsed.count} lines not understood`] : [];
    const problem = source.status === "ok" ? source.error : `${source.status}: ${source.error ?? "no reason given"}`;
    return [...(problem ? [problem + kept] : []), ...(source.notes ?? []), ...unparsed]
      .map((text) => `  ${name.padEnd(10)} ${clean(text)}`);
  });
}

/** Aligned "name  value" lines, without those that have no value. */
function facts(pairs: [string, string | number | undefined][]): string[] {
  return pairs.filter(([_, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `  ${name.padEnd(10)} ${clean(String(value))}`);
}

/** Rows under headings; columns without any value are left out, the widest are cut until a row fits. */
function columns(headings: string[], rows: (string | undefined)[][]): string[] {
  const cells = [headings, ...rows.map((row) => row.map((cell) => clean(cell ?? "") || "-"))];
  const used = headings.map((_, i) => i).filter((i) => cells.slice(1).some((row) => row[i] !== "-"));
  const widths = used.map((i) => Math.max(...cells.map((row) => row[i]!.length)));
  const room = TABLE_WIDTH - 2 * used.length;
  while (widths.reduce((total, width) => total + width, 0) > room) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= 4) break;
    widths[widest]!--;
  }
  const line = (row: string[]) =>
    used.map((i, k) => {
      const text = row[i]!, width = widths[k]!;
      return (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);
    }).join("  ");
  return cells.map((row) => `  ${line(row)}`.trimEnd());
}

/** A line longer than the table goes on below its value. */
function wrap(line: string): string[] {
  const indent = " ".repeat(13);
  const lines: string[] = [];
  let rest = line;
  while (rest.length > TABLE_WIDTH) {
    const blank = rest.lastIndexOf(" ", TABLE_WIDTH);
    const end = blank > indent.length ? blank : TABLE_WIDTH;
    lines.push(rest.slice(0, end).trimEnd());
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** Text of a tool, without what would steer a terminal. */
function clean(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").trim();
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
