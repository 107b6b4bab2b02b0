/** mk_hw_mem_*: system memory and its populated banks. */
import { NOT_RAM_IN_LSHW } from "../../../collectors/facts/memory_sources.ts";
import type { PlacedNode } from "../../../collectors/tools/lshw/tree.ts";
import type { Attribute } from "./attribute.ts";
import { sizeText } from "./lshw_text.ts";
import { LSHW_NAMES } from "./names.ts";
import { count, type Given, nodeAttributes, nodeWords } from "./lshw_node.ts";

/**
 * A board with an array for each socket has several memory nodes ("memory:0", "memory:1"), and lshw then tells no size
 * but that of the banks. What a tag on mk_hw_mem_size wants is the sum; the other fields are the first node's.
 */
export function* memoryAttributes(nodes: readonly PlacedNode[]): Generator<Attribute> {
  const systems = nodes.filter(isSystemMemory);
  const banks = systems.flatMap(populatedBanks);
  const [first] = systems;
  const size = first && totalSize(systems);
  yield* nodeAttributes("mk_hw_mem", first, LSHW_NAMES.mk_hw_mem, size && { size });
  if (first) yield count("mk_hw_mem_slot_count", banks, "memory banks with a size");
  for (const [i, bank] of banks.entries()) {
    yield* nodeAttributes(`mk_hw_mem_slot${i}`, bank, LSHW_NAMES["mk_hw_mem_slot<i>"]);
  }
}

/** Not a PCI device of this class either: it has an address, or nothing drives it and there is nothing in it. */
function isSystemMemory(placed: PlacedNode): boolean {
  const { id, class: nodeClass, claimed, busInfo, size, description = "" } = placed.node;
  const isArray = nodeClass === "memory" && /^memory(:\d+)?$/.test(id) && busInfo === undefined;
  const isThere = claimed === true || (size ?? 0) > 0 || populatedBanks(placed).length > 0;
  return isArray && isThere && !NOT_RAM_IN_LSHW.has(description);
}

function populatedBanks({ node, path }: PlacedNode): PlacedNode[] {
  return (node.children ?? []).filter(({ id, size }) => /^bank(:\d+)?$/.test(id) && size)
    .map((bank) => ({ node: bank, path: `${path}/${bank.id}` }));
}

function totalSize(systems: readonly PlacedNode[]): Given | undefined {
  const sized = systems.flatMap((system) => system.node.size ? [system] : populatedBanks(system));
  const bytes = sized.reduce((sum, { node }) => sum + node.size!, 0);
  if (bytes === 0) return undefined;
  const words = sized.map((placed) => nodeWords(placed, "size"));
  return {
    value: sizeText("memory", bytes),
    from: { words, how: `${words.length > 1 ? "their sum" : '"size"'} as lshw's text has it` },
  };
}
