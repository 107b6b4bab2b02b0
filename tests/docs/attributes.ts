/** docs/attributes.md: the names that a Hanlon server gets, with what the recorded servers have under them. */
import { explainedAttributes, type Json } from "../../checkin/hanlon/attributes/mod.ts";
import { type AttributeName, attributeNames, nameFinder, NOT_SENT } from "../../checkin/hanlon/attributes/names.ts";
import { openReplay } from "../../collectors/host/replay.ts";
import type { Facts } from "../../collectors/facts/mod.ts";
import { collect, type Collection } from "../../collectors/mod.ts";
import { someCollection } from "../checkin/some_facts.ts";
import { goldens } from "../golden.ts";
import { DIFFERENCES } from "./attribute_differences.ts";

/** What the recorded servers, which run from memory, have not. */
const FURTHER: Partial<Facts> = {
  labels: { rack: "R12" },
  chassis: { location: "Bay 12", rack: "Rack_1", enclosure: { name: "Enclosure_2" }, bay: "12" },
  firmware: { bootMode: "uefi", secureBoot: true },
  tpm: { version: "2.0" },
  gpus: [{ address: "0000:3b:00.0", vendor: "NVIDIA Corporation", product: "GA100 [A100 PCIe 40GB]" }],
  infiniband: [{ name: "mlx5_0/1", device: "mlx5_0", port: 1, linkLayer: "InfiniBand" }],
  findings: [],
  spec: {
    name: "compute-r740",
    matches: false,
    deviations: [{ path: "memory.dimms", expected: "16 of 64 GiB", found: "15" }],
  },
  partitions: [{ name: "sda1", disk: "sda", sizeBytes: 536_870_912, filesystem: "vfat", label: "EFI" }],
  filesystems: ["ext4", "xfs"],
  nics: [{
    name: "eth0",
    physical: true,
    addresses: [{ family: "IPv6", address: "2001:db8::10", prefixLength: 64, scope: "global" }],
  }],
  neighbours: [{ interface: "eth0", managementAddresses: [{ family: "IPv6", address: "2001:db8::1" }] }],
  os: {
    hostname: "node1",
    domain: "dc1.example",
    distribution: {
      id: "debian",
      name: "Debian GNU/Linux",
      version: "12",
      fullVersion: "12.11",
      codename: "bookworm",
      description: "Debian GNU/Linux 12 (bookworm)",
    },
  },
};

/** The longest example, in characters. */
const EXAMPLE_LIMIT = 60;

/** The page. */
export async function attributesDocs(): Promise<string> {
  const examples = await exampleOfEach();
  const row = ({ name, sources, meaning }: AttributeName) => {
    const example = examples.get(name);
    const type = example === undefined ? "" : typeOf(example);
    return `| \`${name}\` | ${type} | ${meaning ?? sources.join(", ")} | ${
      example === undefined ? "" : shown(example)
    } |`;
  };
  const names = [...attributeNames()],
    [own, old] = [true, false].map((isOwn) =>
      names.filter(({ meaning }) => (meaning !== undefined) === isOwn).map(row)
    );
  return [
    "# Attributes",
    "",
    "<!-- Made by `deno task docs` from the names in checkin/hanlon/attributes/, with values of the recorded servers. -->",
    "",
    "A Hanlon server gets these as `attributes_hash`; `--once --format attributes` prints them. Tags, policies and power" +
    " control match on them, so names, JSON types and text forms are those of the old agent and of Facter 2.4. An" +
    " attribute of something that the machine does not have is omitted. `<i>` counts from 0, `<d>` is a disk, `<if>` an" +
    " interface in lower case (with `_` for anything but letters and digits), `<key>` any key of the tool.",
    "",
    "`hnl_mk --explain NAME` shows the value on this machine, the command or file it comes from, the raw text, and whether" +
    " the configuration excludes it. `mk_fact_excl_pattern` applies to Facter's names and to `lldp_neighbor_*`, never" +
    " to `mk_*`.",
    "",
    ...["| name | type | from | example |", "| --- | --- | --- | --- |", ...old!, ""],
    ...["## Names of hnl_mk's own", "", "The old agent did not have these; policies can match on them.", ""],
    ...["| name | type | what | example |", "| --- | --- | --- | --- |", ...own!, ""],
    ...["## Differences to the old agent", "", "Each of them fixes a defect of the old agent.", ""],
    ...[
      "| fact | old agent | hnl_mk |",
      "| --- | --- | --- |",
      ...DIFFERENCES.map((cells) => `| ${cells.join(" | ")} |`),
    ],
    ...["", "No longer sent:", "", "| names (regular expression) | why |", "| --- | --- |"],
    ...NOT_SENT.map(([names, why]) => `| \`${names.source.replaceAll("|", "\\|")}\` | ${why} |`),
  ].join("\n") + "\n";
}

/** The first value that a recorded server has under each name of the table. */
async function exampleOfEach(): Promise<Map<string, Json>> {
  const examples = new Map<string, Json>(), find = nameFinder();
  const recorded: Collection[] = [];
  for (const { bundle } of goldens()) recorded.push(await collect(await openReplay(bundle), "0.0.0"));
  for (const collection of [...recorded, someCollection(FURTHER)]) {
    for (const { name, value } of explainedAttributes(collection)) {
      const known = find(name)?.name;
      if (known !== undefined && !examples.has(known)) examples.set(known, value);
    }
  }
  return examples;
}

function typeOf(value: Json): string {
  if (Array.isArray(value)) return "list";
  return value === null ? "null" : typeof value;
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  const short = text.length > EXAMPLE_LIMIT ? `${text.slice(0, EXAMPLE_LIMIT - 1)}…` : text;
  return `\`${short.replaceAll("|", "\\|").replaceAll("`", "'")}\``;
}
