import type { HardwareNode } from "./node.ts";
import type { NamedText } from "../parsing.ts";
import { walk } from "./mod.ts";

/** A value that changes from second to second, taken out of the tree. */
export interface TakenOut {
  node: string;
  field: string;
  value: string;
}

/**
 * A copy of the tree without what changes while nothing happens to the machine (the current clock of a CPU, when a
 * mounted file system was last written), and what was taken out of it.
 */
export function splitHardware(roots: readonly HardwareNode[]): { nodes: HardwareNode[]; volatile: TakenOut[] } {
  const volatile: TakenOut[] = [];
  const copy = (node: HardwareNode, path: string): HardwareNode => {
    const kept = { ...node };
    if (node.class === "processor" && node.size !== undefined) {
      volatile.push({ node: path, field: "size", value: String(node.size) });
      delete kept.size;
    }
    if (node.class === "volume" && node.configuration) {
      const isWriteTime = ({ name }: NamedText) => name === "modified";
      for (const { name, value } of node.configuration.filter(isWriteTime)) {
        volatile.push({ node: path, field: `configuration.${name}`, value });
      }
      kept.configuration = node.configuration.filter((setting) => !isWriteTime(setting));
    }
    if (node.children) {
      kept.children = node.children.map((child) => copy(child, path === "" ? child.id : `${path}/${child.id}`));
    }
    return kept;
  };
  return { nodes: roots.map((root) => copy(root, roots.length === 1 ? "" : root.id)), volatile };
}

/** All nodes of the tree, in its order. */
export function allNodes(roots: readonly HardwareNode[]): HardwareNode[] {
  return [...walk(roots)].map(({ node }) => node);
}

/** A tree in which one can go up. */
export interface Tree {
  /** The nodes that `node` is in, the nearest first. */
  above(node: HardwareNode): HardwareNode[];
}

export function ofTree(roots: readonly HardwareNode[]): Tree {
  const parents = new Map<HardwareNode, HardwareNode>();
  for (const node of allNodes(roots)) for (const child of node.children ?? []) parents.set(child, node);
  return {
    above: (node) => {
      const above: HardwareNode[] = [];
      for (let parent = parents.get(node); parent; parent = parents.get(parent)) above.push(parent);
      return above;
    },
  };
}

/** The address of a node that is a PCI device: "0000:3b:00.0". */
export function pciAddressOf({ busInfo }: HardwareNode): string | undefined {
  return busInfo?.startsWith("pci@") ? busInfo.slice("pci@".length).toLowerCase() : undefined;
}

/** The value of a node's configuration ("driver", "firmware"), or undefined. */
export function setting(node: HardwareNode | undefined, name: string): string | undefined {
  return node?.configuration?.find((entry) => entry.name === name)?.value;
}

/** The nodes by PCI address: of several at one address the outermost, which has the names of the device itself. */
export function byPciAddress(roots: readonly HardwareNode[]): Map<string, HardwareNode> {
  const found = new Map<string, HardwareNode>();
  for (const { node } of walk(roots)) {
    const address = pciAddressOf(node);
    if (address !== undefined && !found.has(address)) found.set(address, node);
  }
  return found;
}

/** The nodes of one class by the names of their devices, without "/dev/". */
export function byLogicalName(roots: readonly HardwareNode[], nodeClass: string): Map<string, HardwareNode> {
  const found = new Map<string, HardwareNode>();
  for (const { node } of walk(roots)) {
    if (node.class !== nodeClass) continue;
    for (const name of node.logicalNames ?? []) {
      // As /sys/block has it: "cciss!c0d0" of /dev/cciss/c0d0. What else has a slash is a mount point.
      const short = name.startsWith("/dev/") ? name.slice("/dev/".length).replaceAll("/", "!") : name;
      if (!short.includes("/") && !found.has(short)) found.set(short, node);
    }
  }
  return found;
}
