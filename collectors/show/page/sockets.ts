/** What belongs to which CPU socket: NUMA nodes, slots for memory, PCI devices. */
import type { CpuPackage, Dimm, Facts, NumaNode } from "../../facts/mod.ts";
import { itemPath } from "../../facts/path.ts";
import { pathsOf } from "./marks.ts";

/** A CPU socket of the board. */
export interface Socket {
  /** As the board calls it. */
  label: string;
  package?: CpuPackage;
  numaNodes: number[];
}

/** A slot for a DIMM as it is drawn. */
export interface DrawnSlot {
  label: string;
  /** The memory channel; slots without one stand alone. */
  channel?: string;
  dimm?: Dimm;
  /** Where the marks have what is said of it. */
  path: string;
  /** Index of its socket; undefined where no source reports it. */
  socket?: number;
}

/** The sockets, empty ones included; one where no source reports any. */
export function socketsOf({ cpu }: Facts): Socket[] {
  const packages = cpu?.packages ?? [];
  // lscpu counts those of the machine, SMBIOS those of the board; of VMs and boards without SMBIOS only lscpu does.
  const count = Math.max(1, packages.length || (cpu?.sockets ?? 1));
  const filled = Array.from({ length: count }, (_, i) => i).filter((i) => packages[i]?.populated ?? true);
  // A node without CPUs is memory alone (CXL, HBM).
  const nodes = (cpu?.numaNodes ?? []).filter(({ cpus }) => cpus.length > 0);
  const placeOf = placesOfNodes(nodes, filled.length);
  return Array.from({ length: count }, (_, i) => {
    const place = filled.indexOf(i);
    const own = nodes.filter((node) => placeOf.get(node) === place);
    return {
      label: packages[i]?.socket ?? (count === 1 ? "CPU" : `CPU ${i}`),
      ...packages[i] && { package: packages[i] },
      numaNodes: own.map(({ id }) => id),
    };
  });
}

/**
 * Which of the filled sockets each node belongs to: the kernel numbers packages in their order, though it may leave
 * numbers out. Where it does not tell the package (a recording of old), sockets have as many nodes each.
 */
function placesOfNodes(nodes: readonly NumaNode[], sockets: number): Map<NumaNode, number> {
  const ids = [...new Set(nodes.map(({ packageId }) => packageId))];
  const isTold = ids.length === sockets && !ids.includes(undefined);
  const sorted = ids.toSorted((a, b) => a! - b!);
  return new Map(nodes.map((node, k) => [
    node,
    isTold ? sorted.indexOf(node.packageId) : Math.floor(k * sockets / nodes.length),
  ]));
}

/** The socket of a NUMA node; undefined where there are several and none is known to have it. */
export function socketOfNode(sockets: readonly Socket[], node: number | undefined): number | undefined {
  if (sockets.length === 1) return 0;
  const found = sockets.findIndex(({ numaNodes }) => node !== undefined && numaNodes.includes(node));
  return found < 0 ? undefined : found;
}

/** Every slot in the order of the board; where only the modules are known these alone. */
export function drawnSlots({ memory }: Facts, sockets: readonly Socket[]): DrawnSlot[] {
  const dimms = memory?.dimms ?? [], paths = pathsOf("memory.dimms", dimms);
  const slots = memory?.slots ?? dimms.map(({ locator, bank }) => ({ locator, bank, populated: true }));
  const labels = [
    ...new Set(slots.flatMap((slot) => "socket" in slot && slot.socket !== undefined ? [slot.socket] : [])),
  ];
  let filled = 0;
  return slots.map((slot, i) => {
    const label = slot.locator ?? `#${i + 1}`;
    const socket = "socket" in slot
      ? socketOfLabel(slot.socket, labels, sockets)
      : socketOfLabel(undefined, [], sockets);
    const channel = "channel" in slot ? slot.channel : undefined;
    const place = { label, ...channel !== undefined && { channel }, ...socket !== undefined && { socket } };
    if (!slot.populated) return { ...place, path: itemPath("memory.dimms", label) };
    const index = filled++, dimm = dimms[index];
    return { ...place, ...dimm && { dimm }, path: paths[index] ?? itemPath("memory.dimms", label) };
  });
}

/** The socket that slots call so: by its number, or by its place among all of them. */
function socketOfLabel(
  label: string | undefined,
  labels: readonly string[],
  sockets: readonly Socket[],
): number | undefined {
  if (sockets.length === 1) return 0;
  if (label === undefined) return undefined;
  if (labels.length === sockets.length) {
    return labels.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).indexOf(label);
  }
  const found = sockets.findIndex((socket) => /(\d+)\D*$/.exec(socket.label)?.[1] === label);
  return found < 0 ? undefined : found;
}
