/** Facter 2.4's facts about the machine: SMBIOS, disks, memory, processors, names. */
import type { Facts, Identity } from "../../../collectors/facts.ts";
import { prune } from "../../../collectors/parsing.ts";
import { byName } from "../../../collectors/parsing.ts";
import type { Attribute, Json } from "../attribute.ts";
import { distributionName } from "./os.ts";

/** Everything of Facter but interfaces and os. */
export function* machineFacts(facts: Facts): Generator<Attribute> {
  yield* smbiosFacts(facts);
  yield* diskFacts(facts);
  yield* processorFacts(facts);
  yield* memoryFacts(facts);
  yield* nameFacts(facts);
  const { virtualization, os } = facts;
  if (virtualization) {
    const from = { source: "lscpu -J", line: "Hypervisor vendor", how: "and what SMBIOS says, in Facter's words" };
    yield { name: "virtual", value: virtualization.type, from };
    yield { name: "is_virtual", value: virtualization.isVirtual, from };
  }
  if (os?.hardwareModel) {
    const debianLike = ["Debian", "Ubuntu", "Gentoo"].includes(distributionName(os.distribution ?? {}) ?? "");
    const isAmd64 = debianLike && os.hardwareModel === "x86_64";
    const from = { source: "the kernel's machine name", how: "amd64 on Debian, Ubuntu and Gentoo" };
    yield { name: "architecture", value: isAmd64 ? "amd64" : os.hardwareModel, from };
    yield { name: "hardwaremodel", value: os.hardwareModel, from: { ...from, how: "as it is" } };
  }
}

function* smbiosFacts({ system, baseboard, chassis, firmware }: Facts): Generator<Attribute> {
  const date = firmware?.releaseDate?.match(/^(\d{4})-(\d{2})-(\d{2})$/);
  const table: [string, string | undefined, string][] = [
    ["bios_vendor", firmware?.vendor, "Vendor"],
    ["bios_version", firmware?.version, "Version"],
    ["bios_release_date", date ? `${date[2]}/${date[3]}/${date[1]}` : firmware?.releaseDate, "Release Date"],
    ["boardmanufacturer", baseboard?.manufacturer, "Manufacturer"],
    ["boardproductname", baseboard?.productName, "Product Name"],
    ["boardserialnumber", baseboard?.serialNumber, "Serial Number"],
    ["manufacturer", system?.manufacturer, "Manufacturer"],
    ["productname", system?.productName, "Product Name"],
    ["serialnumber", system?.serialNumber, "Serial Number"],
    ["uuid", system?.uuid, "UUID"],
    ["type", chassis?.type, "Type"],
  ];
  for (const [name, value, line] of table) {
    if (value !== undefined) {
      yield { name, value, from: { source: "dmidecode", line, how: "as the firmware words it" } };
    }
  }
}

function* diskFacts({ disks, pci, partitions, filesystems }: Facts): Generator<Attribute> {
  if (disks) {
    const names = disks.map(({ name }) => name).sort(byName).join(",");
    yield { name: "blockdevices", value: names, from: { source: "/sys/block", how: "the names of the disks" } };
    for (const { name, sizeBytes, vendor: told, model, transport, controller } of disks) {
      // virtio's "vendor" is the number of its PCI device.
      const number = transport === "virtio" ? pci?.find(({ address }) => address === controller)?.vendorId : undefined;
      const vendor = told ?? (number && `0x${number}`);
      const from = { source: `/sys/block/${name}`, how: "as the kernel has it" };
      if (sizeBytes !== undefined) yield { name: `blockdevice_${name}_size`, value: sizeBytes, from };
      if (vendor !== undefined) yield { name: `blockdevice_${name}_vendor`, value: vendor, from };
      if (model !== undefined) yield { name: `blockdevice_${name}_model`, value: model, from };
    }
  }
  if (partitions?.length) {
    const value = Object.fromEntries(partitions.map((partition) => [
      partition.name,
      prune<Record<string, Json>>({
        uuid: partition.uuid,
        size: partition.sizeBytes === undefined ? undefined : String(partition.sizeBytes / 512),
        mount: partition.mountpoint,
        label: partition.label,
        filesystem: partition.filesystem,
      } as Record<string, Json>),
    ]));
    yield { name: "partitions", value, from: { source: "/sys/block", how: "sizes in sectors of 512 bytes" } };
  }
  if (filesystems) {
    const value = filesystems.filter((name) => name !== "fuseblk").sort().join(",");
    const how = "without the nodev ones and fuseblk";
    yield { name: "filesystems", value, from: { source: "/proc/filesystems", how } };
  }
}

function* processorFacts({ cpu }: Facts): Generator<Attribute> {
  const models = cpu?.logical?.map(({ modelName }) => modelName);
  if (!models?.length) return;
  const from = { source: "/proc/cpuinfo", line: "model name", how: "of each logical CPU" };
  for (const [i, model] of models.entries()) {
    if (model !== undefined) yield { name: `processor${i}`, value: model, from };
  }
  const sockets = cpu?.sockets;
  const counted = { source: "lscpu -J", line: "Socket(s)", how: "the number of sockets" };
  if (sockets !== undefined) yield { name: "physicalprocessorcount", value: sockets, from: counted };
  yield { name: "processorcount", value: models.length, from: { ...from, how: "the number of logical CPUs" } };
  const value = prune<Record<string, Json>>({
    models: models.filter((model) => model !== undefined),
    count: models.length,
    physicalcount: sockets,
  } as Record<string, Json>);
  yield { name: "processors", value, from };
}

function* memoryFacts({ memory }: Facts): Generator<Attribute> {
  if (memory?.usableBytes === undefined) return;
  const from = { source: "/proc/meminfo", line: "MemTotal:" };
  const mib = memory.usableBytes / 1024 / 1024;
  yield { name: "memorysize", value: facterSize(mib), from: { ...from, how: "divided by 1024 while above it" } };
  yield { name: "memorysize_mb", value: mib.toFixed(2), from: { ...from, how: "kB divided by 1024" } };
}

/** 24105.56 as "23.54 GB". */
export function facterSize(mib: number): string {
  const units = ["MB", "GB", "TB"];
  let i = 0;
  for (; mib > 1024 && i < units.length - 1; i++) mib /= 1024;
  return `${mib.toFixed(2)} ${units[i]}`;
}

/** Names that an in-memory OS has before anyone has given it one. */
const NO_NAME = new Set(["", "(none)", "localhost", "rancher"]);

function* nameFacts({ identity, os }: Facts): Generator<Attribute> {
  const given = os?.hostname ?? identity.hostname;
  const isNamed = given !== undefined && !NO_NAME.has(given.split(".")[0]!);
  const hostname = isNamed ? given.split(".")[0]! : madeName(identity);
  if (hostname === undefined) return;
  const from = isNamed
    ? { source: "/proc/sys/kernel/hostname", how: "up to the first dot" }
    : { source: "/sys/class/net", how: "the host has no name of its own: mk and the first MAC of mac_id" };
  yield { name: "hostname", value: hostname, from };
  if (isNamed && os?.domain) yield { name: "domain", value: os.domain, from: { ...from, how: "behind the first dot" } };
  const fqdn = isNamed ? os?.fqdn ?? (os?.domain ? `${hostname}.${os.domain}` : hostname) : hostname;
  yield { name: "fqdn", value: fqdn, from: { ...from, how: "host name and domain" } };
}

function madeName({ macs }: Identity): string | undefined {
  return macs[0] === undefined ? undefined : `mk${macs[0].replaceAll(":", "").toUpperCase()}`;
}
