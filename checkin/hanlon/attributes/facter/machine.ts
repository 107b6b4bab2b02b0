/** Facter 2.4's facts about the machine: SMBIOS, processors, memory, names. */
import type { Facts, Identity } from "../../../../collectors/facts/mod.ts";
import { releaseDateText } from "../../../../collectors/facts/firmware.ts";
import { machineOf } from "../../../../collectors/facts/machine.ts";
import type { Collection } from "../../../../collectors/mod.ts";
import { prune } from "../../../../collectors/values.ts";
import { itemPath } from "../../../../collectors/facts/path.ts";
import type { Attribute, Json } from "../attribute.ts";
import { distributionName } from "./os.ts";

/** Everything of Facter but disks, interfaces and os. */
export function* machineFacts({ facts, parts }: Collection): Generator<Attribute> {
  yield* smbiosFacts(facts, releaseDateText(machineOf(parts, { ...facts, collectedAt: new Date(facts.collectedAt) })));
  yield* processorFacts(facts);
  yield* memoryFacts(facts);
  yield* nameFacts(facts);
  const { virtualization, os } = facts;
  if (virtualization) {
    yield { name: "virtual", value: virtualization.type, from: { facts: ["virtualization.type"] } };
    yield { name: "is_virtual", value: virtualization.virtual, from: { facts: ["virtualization.virtual"] } };
  }
  if (os?.hardwareModel) {
    const distribution = distributionName(os.distribution ?? {}) ?? "";
    const value = architecture(os.hardwareModel, distribution);
    const how = "Facter's name for it: amd64 on Debian, Ubuntu and Gentoo";
    yield { name: "architecture", value, from: { facts: ["os.hardwareModel", "os.distribution"], how } };
    yield { name: "hardwaremodel", value: os.hardwareModel, from: { facts: ["os.hardwareModel"] } };
  }
}

function architecture(hardwareModel: string, distribution: string): string {
  if (/^i[3456]86$/.test(hardwareModel)) return distribution === "Gentoo" ? "x86" : "i386";
  const isAmd64 = hardwareModel === "x86_64" && ["Debian", "Ubuntu", "Gentoo"].includes(distribution);
  return isAmd64 ? "amd64" : hardwareModel;
}

function* smbiosFacts(
  { system, baseboard, chassis, firmware }: Facts,
  releaseDate: string | undefined,
): Generator<Attribute> {
  const table: [name: string, value: string | undefined, fact: string, how?: string][] = [
    ["bios_vendor", firmware?.vendor, "firmware.vendor"],
    ["bios_version", firmware?.version, "firmware.version"],
    ["bios_release_date", releaseDate, "firmware.releaseDate", "as the firmware writes it"],
    ["boardmanufacturer", baseboard?.manufacturer, "baseboard.manufacturer"],
    ["boardproductname", baseboard?.productName, "baseboard.productName"],
    ["boardserialnumber", baseboard?.serialNumber, "baseboard.serialNumber"],
    ["manufacturer", system?.manufacturer, "system.manufacturer"],
    ["productname", system?.productName, "system.productName"],
    ["serialnumber", system?.serialNumber, "system.serialNumber"],
    ["uuid", system?.uuid?.toUpperCase(), "system.uuid", "upper case, as dmidecode printed it before 3.2"],
    ["type", chassis?.type, "chassis.type"],
  ];
  for (const [name, value, fact, how] of table) {
    if (value !== undefined) yield { name, value, from: { facts: [fact], ...(how ? { how } : {}) } };
  }
}

function* processorFacts({ cpu }: Facts): Generator<Attribute> {
  const models = cpu?.logical?.flatMap(({ modelName }) => modelName ?? []) ?? [];
  for (const [i, { id, modelName }] of (cpu?.logical ?? []).entries()) {
    if (modelName === undefined) continue;
    const facts = [`${itemPath("cpu.logical", id)}.modelName`];
    yield { name: `processor${i}`, value: modelName, from: { facts } };
  }
  const sockets = cpu?.sockets;
  if (sockets !== undefined) {
    yield { name: "physicalprocessorcount", value: sockets, from: { facts: ["cpu.sockets"] } };
  }
  const count = cpu?.logical?.length ?? cpu?.onlineCpus;
  if (count === undefined) return;
  const counted = cpu?.logical ? "cpu.logical" : "cpu.onlineCpus";
  yield { name: "processorcount", value: count, from: { facts: [counted], how: "the number of logical CPUs" } };
  const value = prune<Record<string, Json>>({
    models: models.length > 0 ? models : undefined,
    count,
    physicalcount: sockets,
  } as Record<string, Json>);
  yield { name: "processors", value, from: { facts: [counted, "cpu.sockets"], how: "put together" } };
}

function* memoryFacts({ memory }: Facts): Generator<Attribute> {
  if (memory?.usableBytes === undefined) return;
  const facts = ["memory.usableBytes"];
  const mib = memory.usableBytes / 1024 / 1024;
  yield {
    name: "memorysize",
    // Facter divides what it has rounded for memorysize_mb.
    value: scaledMemory(Number(twoDecimals(mib))),
    from: { facts, how: "memorysize_mb divided by 1024 while above it, with two decimals" },
  };
  yield { name: "memorysize_mb", value: twoDecimals(mib), from: { facts, how: "in MiB, with two decimals" } };
}

/** 24105.56 as "23.54 GB". */
function scaledMemory(mib: number): string {
  const units = ["MB", "GB", "TB"];
  let i = 0;
  for (; mib > 1024 && i < units.length - 1; i++) mib /= 1024;
  return `${twoDecimals(mib)} ${units[i]}`;
}

/** Ruby's "%.2f": of what ends in a 5 behind the hundredths, as it is written, the even neighbour. */
function twoDecimals(value: number): string {
  const [_, whole, part] = /^(\d+)\.(\d\d)5$/.exec(String(value)) ?? [];
  if (whole === undefined || part === undefined) return value.toFixed(2);
  const hundredths = Number(whole + part);
  return ((hundredths + hundredths % 2) / 100).toFixed(2);
}

/** Names that an in-memory OS has before anyone has given it one. */
const NO_NAME = new Set(["", "(none)", "localhost", "rancher"]);

function* nameFacts({ identity, os }: Facts): Generator<Attribute> {
  const given = os?.hostname ?? identity.hostname;
  const isNamed = given !== undefined && !NO_NAME.has(given.split(".")[0]!);
  const hostname = isNamed ? given.split(".")[0]! : madeName(identity);
  if (hostname === undefined) return;
  const made = { facts: ["identity.macs"], how: "the host has no name of its own: mk and the first MAC of mac_id" };
  const from = (name: string) => isNamed ? { facts: [`os.${name}`] } : made;
  yield { name: "hostname", value: hostname, from: from("hostname") };
  if (isNamed && os?.domain) yield { name: "domain", value: os.domain, from: from("domain") };
  yield { name: "fqdn", value: isNamed ? os?.fqdn ?? hostname : hostname, from: from("fqdn") };
}

function madeName({ macs }: Identity): string | undefined {
  return macs[0] === undefined ? undefined : `mk${macs[0].replaceAll(":", "").toUpperCase()}`;
}
