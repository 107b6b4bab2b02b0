/** mk_hw_*: what the old agent read from lscpu and lshw, for every machine. */
import type { Facts, NamedText } from "../../../collectors/facts/mod.ts";
import { type PlacedNode, walk } from "../../../collectors/tools/lshw/mod.ts";
import { itemPath } from "../../../collectors/facts/path.ts";
import { type Attribute, fieldKey } from "./attribute.ts";
import { diskAttributes } from "./disks.ts";
import { sizeText } from "./lshw_text.ts";
import { memoryAttributes } from "./memory.ts";
import { LSCPU_NAMES, LSHW_NAMES } from "./names.ts";
import { count, nodeAttributes } from "./lshw_node.ts";

/** All mk_hw_* attributes, in the old agent's order. */
export function* hardwareAttributes(facts: Facts): Generator<Attribute> {
  yield* lscpuAttributes(facts);
  const nodes = [...walk(facts.hardware ?? [])];
  // As the old agent knew them: by the name that lshw's text gives them; what is disabled does not count.
  const named = (nodeClass: string, id: RegExp) =>
    nodes.filter(({ node }) => node.class === nodeClass && id.test(node.id) && !node.disabled);
  yield* nodeAttributes("mk_hw_bus", named("bus", /^core$/)[0], LSHW_NAMES.mk_hw_bus);
  yield* nodeAttributes("mk_hw_fw", named("memory", /^firmware$/)[0], LSHW_NAMES.mk_hw_fw);
  yield* memoryAttributes(nodes);
  yield* diskAttributes(facts, nodes);
  yield* cpuAttributes(facts, named("processor", /^cpu(:\d+)?$/));
  yield* nicAttributes(named("network", /^network(:\d+)?$/));
}

function* lscpuAttributes({ cpu, volatile }: Facts): Generator<Attribute> {
  for (const [old, names] of Object.entries(LSCPU_NAMES)) {
    const isIt = ({ name, value }: NamedText) => names.includes(name) && value !== "" && value !== "-";
    const stable = cpu?.lscpu?.find(isIt), field = stable ?? volatile?.lscpu?.find(isIt);
    if (!field) continue;
    yield {
      name: `mk_hw_lscpu_${fieldKey(old)}`,
      value: field.value,
      from: { facts: [`${itemPath(`${stable ? "cpu" : "volatile"}.lscpu`, field.name)}.value`] },
      isVolatile: stable === undefined,
    };
  }
}

function* cpuAttributes({ volatile }: Facts, cpus: PlacedNode[]): Generator<Attribute> {
  if (cpus.length === 0) return;
  yield count("mk_hw_cpu_count", cpus, "processors that are not disabled");
  for (const [i, cpu] of cpus.entries()) {
    const clock = volatile?.hardware?.find(({ node, field, value }) =>
      node === cpu.path && field === "size" && Number(value) > 0
    );
    yield* nodeAttributes(
      `mk_hw_cpu${i}`,
      cpu,
      LSHW_NAMES["mk_hw_cpu<i>"],
      clock && {
        size: {
          value: sizeText("processor", Number(clock.value)),
          from: {
            facts: [`${itemPath("volatile.hardware", `${cpu.path} size`)}.value`],
            how: "the current clock, as lshw's text has it",
          },
          isVolatile: true,
        },
      },
    );
  }
}

function* nicAttributes(nics: PlacedNode[]): Generator<Attribute> {
  if (nics.length === 0) return;
  yield count("mk_hw_nic_count", nics, "network devices that are not disabled");
  for (const [i, nic] of nics.entries()) {
    const prefix = `mk_hw_nic${i}`;
    // virtio: the PCI device has the place, the interface below it the name, the address and the speed.
    const below = nic.node.children?.find((child) => child.class === "network" && child.logicalNames);
    if (below) {
      const place = { node: below, path: `${nic.path}/${below.id}` };
      yield* nodeAttributes(prefix, place, ["logical name", "serial", "size", "capacity"]);
    }
    yield* nodeAttributes(prefix, nic, LSHW_NAMES["mk_hw_nic<i>"]);
  }
}
