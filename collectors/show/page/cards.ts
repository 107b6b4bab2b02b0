/** PCI devices as a person sees them: cards with their ports and disks, identical ones together. */
import type { Disk, Facts, FibreChannelPort, InfinibandPort, Nic, PciDevice } from "../../facts/mod.ts";
import { byName } from "../../values.ts";
import { deviceName, linkWords } from "./words.ts";

export const KINDS = ["NIC", "GPU", "NVMe", "Storage", "Fabric", "Accelerator", "Video"] as const;
export type Kind = (typeof KINDS)[number];

export type FabricPort = InfinibandPort | FibreChannelPort;

/** The functions of one device, with what hangs on it. */
export interface Card {
  kind: Kind;
  name: string;
  device: PciDevice;
  nics: Nic[];
  disks: Disk[];
  /** InfiniBand and Fibre Channel. */
  ports: FabricPort[];
  /** The address of the PCIe switch that it is behind. */
  behind?: string;
}

/** Cards that are the same, in the order of their addresses. */
export interface CardGroup {
  kind: Kind;
  name: string;
  cards: Card[];
  behind?: string;
}

/** Makers of the small display controllers of BMCs and hypervisors: pictures, not computing. */
const NO_GPU_MAKERS = /matrox|aspeed|qemu|bochs|vmware|innotek|virtualbox|red hat|cirrus|xgi|hyper-v/i;
/** The same by their PCI ids. */
const NO_GPU = new Set(["102b", "1a03", "1234", "1b36", "15ad", "80ee", "1414", "1013", "19e5", "18ca", "1af4"]);

/** By the PCI class code (PCI Code and ID Assignment Specification). */
function kindOf(device: PciDevice): Kind | undefined {
  const { classCode = "", class: words = "", vendorId = "", vendor = "" } = device;
  const display = NO_GPU.has(vendorId) || NO_GPU_MAKERS.test(vendor) ? "Video" : "GPU";
  if (/^0207|^0c04|^0c06/.test(classCode)) return "Fabric";
  if (/^02/.test(classCode)) return "NIC";
  if (/^03/.test(classCode)) return display;
  if (/^12/.test(classCode)) return "Accelerator";
  if (/^0108/.test(classCode)) return "NVMe";
  if (/^01/.test(classCode)) return "Storage";
  // lshw alone has the class in words.
  if (classCode !== "") return undefined;
  if (/^ethernet|network/i.test(words)) return "NIC";
  if (/^(3D|VGA|display)/i.test(words)) return display;
  if (/infiniband|fibre channel|fabric/i.test(words)) return "Fabric";
  if (/non-volatile memory|nvme/i.test(words)) return "NVMe";
  return /raid|sas|sata|scsi|ide|storage/i.test(words) ? "Storage" : undefined;
}

/** "0000:3b:00" of "0000:3b:00.1". */
const slotOf = (address: string | undefined) => address?.replace(/\.[0-9a-f]+$/i, "");

/** The cards of the machine by address, and the NICs and disks that are on none of them. */
export function cardsOf(facts: Facts): { cards: Card[]; nics: Nic[]; disks: Disk[] } {
  const { pci = [], nics = [], disks = [], infiniband = [], fibreChannel = [] } = facts;
  // RDMA over Ethernet is a NIC's.
  const fabric: FabricPort[] = [...infiniband.filter(({ linkLayer }) => linkLayer !== "Ethernet"), ...fibreChannel];
  const fabricAt = Map.groupBy(fabric, ({ pciAddress }) => pciAddress);
  const devices = new Map(pci.map((device) => [device.address, device]));
  const physical = nics.filter((nic) => nic.physical);
  const nicsAt = Map.groupBy(physical, ({ pciAddress }) => pciAddress);
  const disksAt = Map.groupBy(disks, ({ controller }) => controller);
  const placed = new Set<Nic | Disk>();
  const virtual = new Set(nics.filter((nic) => !nic.physical).map((nic) => nic.pciAddress));
  const cards: Card[] = [];
  for (const functions of Map.groupBy(pci, ({ address }) => slotOf(address)).values()) {
    for (const [kind, same] of Map.groupBy(functions.filter(({ address }) => !virtual.has(address)), kindOf)) {
      if (kind === undefined) continue;
      const device = same[0]!, behind = switchAbove(device, devices);
      const at = <T>(found: ReadonlyMap<string | undefined, T[]>) =>
        same.flatMap(({ address }) => found.get(address) ?? []);
      const card: Card = {
        kind,
        name: deviceName(device),
        device,
        nics: at(nicsAt),
        disks: at(disksAt).toSorted((a, b) => byName(a.name, b.name)),
        ports: at(fabricAt),
        ...behind !== undefined && { behind },
      };
      if (card.disks.length === 0 && isOfChipset(device)) continue;
      cards.push(card);
      for (const one of [...card.nics, ...card.disks]) placed.add(one);
    }
  }
  return {
    cards,
    nics: physical.filter((nic) => !placed.has(nic)),
    disks: disks.filter((disk) => !placed.has(disk)),
  };
}

/** SATA and IDE, which a chipset always has: with nothing on it, it is nothing to see. */
function isOfChipset({ classCode = "", class: words = "" }: PciDevice): boolean {
  return /^010[16]/.test(classCode) || (classCode === "" && /sata|ide/i.test(words));
}

/** Bridges and what else belongs to the board and the processors. */
export function isSystemDevice({ classCode = "", class: words = "" }: PciDevice): boolean {
  return /^(06|08|0c05|11|ff)/.test(classCode) ||
    (classCode === "" && /bridge|peripheral|performance|counter|smbus|signal processing|^pic$/i.test(words));
}

/** A switch has a port upwards above the port that the device is on; a root port has nothing above it. */
function switchAbove({ upstream }: PciDevice, devices: ReadonlyMap<string, PciDevice>): string | undefined {
  const above = devices.get(upstream ?? "")?.upstream;
  return above !== undefined && devices.has(above) ? above : undefined;
}

/** Identical cards behind the same port as one. */
export function grouped(cards: readonly Card[]): CardGroup[] {
  const groups = Map.groupBy(cards, ({ kind, name, behind, nics, ports, device }) => {
    const { maxLinkWidth, maxLinkSpeed } = device;
    // A card with cables is worth a box of its own, unless there is nothing to say of them.
    const own = nics.length > 1 || ports.length > 0 ? device.address : "";
    return JSON.stringify([kind, name, behind, maxLinkWidth, maxLinkSpeed, own]);
  });
  return [...groups.values()].map((same) => {
    const { kind, name, behind } = same[0]!;
    return { kind, name, cards: same, ...behind !== undefined && { behind } };
  }).sort((a, b) => (a.behind ?? "").localeCompare(b.behind ?? "") || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

/** The link that most of a group have: what stands beside its branch. */
export function linkOf({ cards }: CardGroup): { width?: string; speed?: string } {
  const links = cards.map(({ device }) => linkWords(device));
  const count = (link: { width?: string }) => links.filter(({ width }) => width === link.width).length;
  return links.toSorted((a, b) => count(b) - count(a))[0] ?? {};
}
