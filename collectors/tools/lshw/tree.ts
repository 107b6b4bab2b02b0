/** lshw's tree, looked up by what its nodes are called. */
import type { HardwareNode } from "./node.ts";

/** A node and its place: the ids from the root down to it, joined by "/". */
export interface PlacedNode {
  node: HardwareNode;
  /** "core/cpu:0". The root's own id is left out, since it is the host's name: its path is "". */
  path: string;
}

/** Every node below and with `roots`, in the order of the tree. With several roots their ids begin the paths. */
export function* walk(roots: readonly HardwareNode[]): Generator<PlacedNode> {
  const open: PlacedNode[] = roots.map((node) => ({ node, path: roots.length === 1 ? "" : node.id })).reverse();
  for (let placed = open.pop(); placed; placed = open.pop()) {
    yield placed;
    const { node: { children = [] }, path } = placed;
    for (const node of children.toReversed()) open.push({ node, path: path === "" ? node.id : `${path}/${node.id}` });
  }
}

/** The tree of one machine. */
export interface LshwTree {
  readonly roots: readonly HardwareNode[];
  /** All nodes, in the order of the tree. */
  readonly all: readonly HardwareNode[];
  /** The nodes that `node` is in, the nearest first. */
  above(node: HardwareNode): HardwareNode[];
  /** Of several nodes at one PCI address the outermost, which has the names of the device itself. */
  readonly byPciAddress: ReadonlyMap<string, HardwareNode>;
  /** The nodes of one class by the names of their devices, without "/dev/". */
  byLogicalName(nodeClass: string): ReadonlyMap<string, HardwareNode>;
}

/** Walks the tree once. */
export function createTree(roots: readonly HardwareNode[]): LshwTree {
  const all = [...walk(roots)].map(({ node }) => node);
  const parents = new Map<HardwareNode, HardwareNode>();
  const byPciAddress = new Map<string, HardwareNode>();
  for (const node of all) {
    for (const child of node.children ?? []) parents.set(child, node);
    const address = pciAddressOf(node);
    if (address !== undefined && !byPciAddress.has(address)) byPciAddress.set(address, node);
  }
  const names = new Map<string, ReadonlyMap<string, HardwareNode>>();
  return {
    roots,
    all,
    byPciAddress,
    above: (node) => {
      const above: HardwareNode[] = [];
      for (let parent = parents.get(node); parent; parent = parents.get(parent)) above.push(parent);
      return above;
    },
    byLogicalName: (nodeClass) => {
      const known = names.get(nodeClass) ?? logicalNames(all.filter((node) => node.class === nodeClass));
      names.set(nodeClass, known);
      return known;
    },
  };
}

function logicalNames(nodes: readonly HardwareNode[]): Map<string, HardwareNode> {
  const found = new Map<string, HardwareNode>();
  for (const node of nodes) {
    for (const name of node.logicalNames ?? []) {
      // As /sys/block has it: "cciss!c0d0" of /dev/cciss/c0d0. What else has a slash is a mount point.
      const short = name.startsWith("/dev/") ? name.slice("/dev/".length).replaceAll("/", "!") : name;
      if (!short.includes("/") && !found.has(short)) found.set(short, node);
    }
  }
  return found;
}

/** The address of a node that is a PCI device: "0000:3b:00.0". */
export function pciAddressOf({ busInfo }: HardwareNode): string | undefined {
  return busInfo?.startsWith("pci@") ? busInfo.slice("pci@".length).toLowerCase() : undefined;
}

/** The value of a node's configuration ("driver", "firmware"), or undefined. */
export function setting(node: HardwareNode | undefined, name: string): string | undefined {
  return node?.configuration?.find((entry) => entry.name === name)?.value;
}
