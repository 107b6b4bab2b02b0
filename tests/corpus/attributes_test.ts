/**
 * The old names against what real agents sent: a registration of the old agent on a machine of this kind, what its
 * repaired parser said of two recorded nodes, an older agent's registration, and listings of Facter 2.4.
 */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { type Attributes, attributesOf, explainedAttributes, type Json } from "../../checkin/hanlon/attributes/mod.ts";
import { nameFinder } from "../../checkin/hanlon/attributes/names.ts";
import { resolve } from "../../collectors/facts/path.ts";
import { createLocalHost } from "../../collectors/host/local.ts";
import { openReplay } from "../../collectors/host/replay.ts";
import { parseLshw } from "../../collectors/tools/lshw/mod.ts";
import { collect, type Collection } from "../../collectors/mod.ts";
import { comparable, listing } from "../checkin/hanlon/attributes/lshw_listing.ts";
import { checkShape } from "../collectors/facts/assembled.ts";
import { stubHost } from "../collectors/stub_host.ts";
import { DEFAULT_CLIENT_CONFIG } from "../hanlon_server.ts";
import { refusedKey } from "../hanlon_server/nodes.ts";
import { CORPUS, filesIn, read } from "./corpus.ts";
import { layBundle } from "./qemu_bundle.ts";

const BUNDLES = fromFileUrl(new URL("../fixtures/bundles", import.meta.url));

function filesLike(folder: string, pattern: RegExp): string[] {
  return filesIn(folder, (name) => pattern.test(name) && name !== "MANIFEST.json");
}

const isThere = filesLike("facter", /./).length > 0;
if (!isThere) console.log(`skipped: no recorded registrations in ${CORPUS}`);

function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, fn, ignore: !isThere });
}

/** The facts of a node of the folder qemu. */
async function qemuNode(name: string): Promise<Collection> {
  const folder = await Deno.makeTempDir();
  try {
    await layBundle(join(CORPUS, "qemu", name), folder);
    return await collect(await openReplay(folder), "0.0.0");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The facts of a machine of which one file of one tool is all that is known. */
async function machineOf(file: string): Promise<Collection> {
  const output = { stdout: read(file) };
  const question: Readonly<Record<string, (argv: string) => boolean>> = {
    dmidecode: (argv) => argv === "dmidecode",
    lshw: (argv) => argv === "lshw -json",
    lscpu: (argv) => argv === "lscpu -J",
    ipmitool: (argv) => argv === `ipmitool ${/fru/.test(file) ? "fru print 0" : "lan print 1"}`,
  };
  const isAnswer = question[file.split("/")[0]!]!;
  const info = { stdout: "Device ID : 32\nIPMI Version : 2.0\n" };
  return await collect(
    stubHost((argv) => {
      const asked = argv.join(" ");
      return isAnswer(asked) ? output : asked === "ipmitool mc info" ? info : undefined;
    }),
    "0.0.0",
  );
}

const nameOf = nameFinder();

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** What the recorded machine is and this one need not be, and what is deliberately other. */
const ELSEWHERE: readonly [names: RegExp, reason: string][] = [
  [/^gid$|^hardwareisa$/, "described the old agent's container: not sent"],
  [/^(processor\d+|processors|mk_hw_lscpu_.*)$/, "another processor"],
  [/^(memorysize|memorysize_mb|mk_hw_mem_size)$/, "other memory"],
  [/^(processorcount|physicalprocessorcount)$/, "another number of processors"],
  [/^macaddress(_.*)?$|^ipaddress6?(_.*)?$|^netmask(_.*)?$|^network_.*$|^mtu_.*$|^interfaces$/, "other interfaces"],
  [/^blockdevice_vda_size$/, "another disk"],
  [/^(os|lsb.*)$|^filesystems$|^(fqdn|hostname)$/, "another release, kernel or name"],
];
/** These have the same value on every machine of this kind. */
const SAME = ["virtual", "is_virtual", "architecture", "hardwaremodel", "blockdevices", "mk_hw_bus_description"];

test("attributesOf() of this machine has what the old agent registered of one of its kind", async () => {
  const old: Record<string, Json> = JSON.parse(read("facter/baseline-registration-vm.json")).attributes_hash;
  assertEquals(Object.keys(old).length, 60);
  const host = createLocalHost();
  const collection = await collect(host, "0.0.0"), { facts } = collection, now = attributesOf(collection);
  if (facts.virtualization?.type !== "kvm" || !("blockdevice_vda_size" in now)) {
    console.log("skipped: this is no machine of that kind");
    return;
  }
  const unlike: string[] = [];
  for (const [name, value] of Object.entries(old)) {
    if (sameJson(now[name], value)) continue;
    const reason = ELSEWHERE.find(([names]) => names.test(name))?.[1];
    assert(reason, `${name}: ${JSON.stringify(now[name])}, the old agent had ${JSON.stringify(value)}`);
    unlike.push(`  ${name}: ${reason}`);
    // Another interface or the like may not be there at all; what is there has the same type.
    if (name in now) assertEquals(typeof now[name], typeof value, name);
    else assert(/^(gid|hardwareisa|.*_(eth0|ifb\d|lo))$/.test(name), name);
  }
  for (const name of SAME) assertEquals(now[name], old[name], name);
  console.log(`this machine: ${60 - unlike.length} of 60 the same, ${unlike.length} not:\n${unlike.join("\n")}`);
});

/** Where ours is not the old one's value, why it is better; `undefined` where it is sent no more. */
const BETTER: readonly [name: RegExp, better: (old: Json) => Json | undefined, reason: string][] = [
  [
    /^mk_ipmi_(MAC_Address|Default_Gateway_MAC|Backup_Gateway_MAC)$/,
    (old) => Object.entries(old as object).map(([begin, rest]) => `${begin}:${rest}`)[0],
    "the MAC as a string",
  ],
  [/^mk_ipmi_SNMP_Community_String$/, () => undefined, "not sent unless asked for"],
  [/^mk_hw_disk_count$/, () => "5", "all disks"],
  [/^mk_hw_mem_slot_count$/, () => "1", "a board with one bank"],
];

test("attributesOf() of two recorded nodes has what the old parser said of them", async () => {
  for (const node of ["dell-extbmc", "dell-simbmc"]) {
    const old: Record<string, Json> = JSON.parse(read(`qemu/${node}/original-facts.json`));
    const now = attributesOf(await qemuNode(node));
    // The old agent knew two of five disks, so the numbers are others: what is one disk has one device.
    const indexOf = (attributes: Attributes, device: Json) =>
      /\d+/.exec(
        Object.keys(attributes).find((name) => /_logical_name$/.test(name) && attributes[name] === device) ?? "",
      )?.[0];
    let equal = 0;
    const better: string[] = [], missing: string[] = [];
    for (const [name, value] of Object.entries(old)) {
      const [, i, field] = /^mk_hw_disk(\d+)_(.*)$/.exec(name) ?? [];
      const there = i === undefined ? name : `mk_hw_disk${indexOf(now, old[`mk_hw_disk${i}_logical_name`]!)}_${field}`;
      const rule = BETTER.find(([names]) => names.test(name));
      if (sameJson(now[there], value)) equal++;
      else if (rule && sameJson(now[there], rule[1](value))) better.push(`  ${name}: ${rule[2]}`);
      else missing.push(`  ${name}: ${JSON.stringify(now[there])}, the old parser had ${JSON.stringify(value)}`);
    }
    console.log(`${node}: ${equal} equal, ${better.length} better, ${missing.length} missing`);
    console.log([...better, ...missing].join("\n"));
    assertEquals(missing, [], node);
    assertEquals(equal + better.length, Object.keys(old).length);
    assert(equal > 100);
  }
});

/** The machines that the table below names. */
const MACHINES = {
  "bundles/dell": async () => await collect(await openReplay(join(BUNDLES, "dell")), "0.0.0"),
  "qemu/dell-extbmc": () => qemuNode("dell-extbmc"),
  "lshw/dl360p-gen8.json": () => machineOf("lshw/dl360p-gen8.json"),
  "lshw/ironlib-dell-r6515.json": () => machineOf("lshw/ironlib-dell-r6515.json"),
  "lscpu/hardware-lscpu.txt": () => machineOf("lscpu/hardware-lscpu.txt"),
  "this machine": () => collect(createLocalHost(), "0.0.0"),
} as const;

type Producer = keyof typeof MACHINES;

const TEXT = /./, COUNT = /^\d+$/, MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i, IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const WORDS = /^[\w.-]+( [\w.-]+)*$/, SETTINGS = /^[\w.]+=[^=]+( [\w.]+=[^=]+)*$/;
const BYTES = /^\d+[KMGTPE]?i?B$/, DISK_BYTES = /^\d+[KMGTPE]?i?B \(\d+[KMGTPE]?B\)$/, HERTZ = /^\d+[KMGT]?Hz$/;
const RATE = /^\d+[KMGT]?bit\/s$/, BITS = /^\d+ bits$/, BUS = /^[a-z]+@[\w:.]+$/, DEVICE = /^\/dev\/\w+$/;
const MEMORY = /^\d+\.\d\d [MGT]B$/, CACHE = /^\d+K$|^[\d.]+ [KM]iB( \(\d+ instances?\))?$/, NAME = /^[\w.-]+$/;
const NAMES = /^\w+(,\w+)*$/, OBJECT = /^\{/;

/** For each name of these listings: which recording produces it, in which form; or why none does. */
const TABLE: Readonly<Record<string, readonly [Producer, RegExp] | string>> = {
  architecture: ["bundles/dell", NAME],
  bios_release_date: ["bundles/dell", /^\d\d\/\d\d\/\d{4}$/],
  bios_vendor: ["bundles/dell", TEXT],
  bios_version: ["bundles/dell", TEXT],
  "blockdevice_<d>_model": ["bundles/dell", TEXT],
  "blockdevice_<d>_size": ["bundles/dell", COUNT],
  "blockdevice_<d>_vendor": ["bundles/dell", TEXT],
  blockdevices: ["bundles/dell", NAMES],
  boardmanufacturer: ["bundles/dell", TEXT],
  boardproductname: ["bundles/dell", TEXT],
  boardserialnumber: ["bundles/dell", TEXT],
  dhcp_servers: "described the old agent's container: not sent",
  domain: "no recorded host has one; attributes_facter_test.ts has",
  filesystems: ["this machine", /^\w+(,\w+)*$/],
  fqdn: ["bundles/dell", NAME],
  gid: "described the old agent's container: not sent",
  hardwareisa: "described the old agent's container: not sent",
  hardwaremodel: ["bundles/dell", NAME],
  hostname: ["bundles/dell", NAME],
  interfaces: ["bundles/dell", NAMES],
  ipaddress: ["bundles/dell", IPV4],
  ipaddress6: ["this machine", /^[0-9a-f:]+$/],
  "ipaddress_<if>": ["bundles/dell", IPV4],
  is_virtual: ["bundles/dell", /^(true|false)$/],
  "lldp_neighbor_chassisid_<if>": ["bundles/dell", MAC],
  "lldp_neighbor_mngaddr_ipv4_<if>": ["bundles/dell", IPV4],
  "lldp_neighbor_portid_<if>": ["bundles/dell", TEXT],
  "lldp_neighbor_sysname_<if>": ["bundles/dell", TEXT],
  lsbdistcodename: ["this machine", TEXT],
  lsbdistdescription: ["this machine", TEXT],
  lsbdistid: ["this machine", TEXT],
  lsbdistrelease: ["this machine", /^[\d.]+$/],
  lsbmajdistrelease: ["this machine", /^[\d.]+$/],
  lsbminordistrelease: "os-release of this machine has no minor release; attributes_facter_test.ts has",
  macaddress: ["bundles/dell", MAC],
  "macaddress_<if>": ["bundles/dell", MAC],
  manufacturer: ["bundles/dell", TEXT],
  memorysize: ["bundles/dell", MEMORY],
  memorysize_mb: ["bundles/dell", /^\d+\.\d\d$/],
  memorytotal: "of Facter 1: Facter 2.4 has it no more",
  mk_hw_bus_description: ["bundles/dell", TEXT],
  mk_hw_bus_physical_id: ["bundles/dell", /^[0-9a-f]+$/],
  mk_hw_bus_product: ["bundles/dell", TEXT],
  mk_hw_bus_serial: ["bundles/dell", TEXT],
  mk_hw_bus_vendor: ["bundles/dell", TEXT],
  mk_hw_bus_version: ["bundles/dell", TEXT],
  "mk_hw_cpu<i>_bus_info": ["bundles/dell", BUS],
  "mk_hw_cpu<i>_capabilities": ["bundles/dell", WORDS],
  "mk_hw_cpu<i>_capacity": ["bundles/dell", HERTZ],
  "mk_hw_cpu<i>_description": ["bundles/dell", TEXT],
  "mk_hw_cpu<i>_physical_id": ["bundles/dell", /^[0-9a-f]+$/],
  "mk_hw_cpu<i>_product": ["bundles/dell", TEXT],
  "mk_hw_cpu<i>_serial": ["bundles/dell", TEXT],
  "mk_hw_cpu<i>_size": ["bundles/dell", HERTZ],
  "mk_hw_cpu<i>_slot": ["bundles/dell", TEXT],
  "mk_hw_cpu<i>_vendor": ["bundles/dell", TEXT],
  "mk_hw_cpu<i>_version": ["bundles/dell", /^\d+\.\d+\.\d+$/],
  "mk_hw_cpu<i>_width": ["bundles/dell", BITS],
  mk_hw_cpu_count: ["bundles/dell", COUNT],
  "mk_hw_disk<i>_bus_info": ["bundles/dell", BUS],
  "mk_hw_disk<i>_configuration": ["bundles/dell", SETTINGS],
  "mk_hw_disk<i>_description": ["bundles/dell", TEXT],
  "mk_hw_disk<i>_logical_name": ["bundles/dell", DEVICE],
  "mk_hw_disk<i>_physical_id": ["bundles/dell", /^[0-9a-f.]+$/],
  "mk_hw_disk<i>_product": ["bundles/dell", TEXT],
  "mk_hw_disk<i>_serial": ["bundles/dell", TEXT],
  "mk_hw_disk<i>_size": ["bundles/dell", DISK_BYTES],
  "mk_hw_disk<i>_version": ["bundles/dell", TEXT],
  mk_hw_disk_count: ["bundles/dell", COUNT],
  mk_hw_fw_capabilities: ["lshw/dl360p-gen8.json", WORDS],
  mk_hw_fw_date: ["bundles/dell", /^\d\d\/\d\d\/\d{4}$/],
  mk_hw_fw_description: ["bundles/dell", TEXT],
  mk_hw_fw_physical_id: ["bundles/dell", /^[0-9a-f]+$/],
  mk_hw_fw_size: ["bundles/dell", BYTES],
  mk_hw_fw_vendor: ["bundles/dell", TEXT],
  mk_hw_fw_version: ["bundles/dell", TEXT],
  mk_hw_lscpu_Architecture: ["bundles/dell", NAME],
  mk_hw_lscpu_BogoMIPS: ["bundles/dell", /^\d+\.\d+$/],
  mk_hw_lscpu_Byte_Order: ["bundles/dell", /^(Little|Big) Endian$/],
  mk_hw_lscpu_CPU_MHz: ["lscpu/hardware-lscpu.txt", /^\d+\.\d+$/],
  mk_hw_lscpu_CPU_family: ["bundles/dell", COUNT],
  "mk_hw_lscpu_CPU_op-modes": ["bundles/dell", /^32-bit, 64-bit$/],
  mk_hw_lscpu_CPU_sockets: ["bundles/dell", COUNT],
  mk_hw_lscpu_L1d_cache: ["lscpu/hardware-lscpu.txt", CACHE],
  mk_hw_lscpu_L1i_cache: ["lscpu/hardware-lscpu.txt", CACHE],
  mk_hw_lscpu_L2_cache: ["lscpu/hardware-lscpu.txt", CACHE],
  mk_hw_lscpu_Model: ["bundles/dell", COUNT],
  mk_hw_lscpu_Stepping: ["bundles/dell", COUNT],
  mk_hw_lscpu_Vendor_ID: ["bundles/dell", /^GenuineIntel$/],
  mk_hw_lscpu_Virtualization: ["lscpu/hardware-lscpu.txt", /^(VT-x|AMD-V)$/],
  mk_hw_mem_description: ["bundles/dell", TEXT],
  mk_hw_mem_physical_id: ["lshw/dl360p-gen8.json", /^[0-9a-f]+$/],
  mk_hw_mem_size: ["bundles/dell", BYTES],
  mk_hw_mem_slot: ["bundles/dell", TEXT],
  "mk_hw_nic<i>_bus_info": ["bundles/dell", BUS],
  "mk_hw_nic<i>_capabilities": ["bundles/dell", WORDS],
  "mk_hw_nic<i>_capacity": ["bundles/dell", RATE],
  "mk_hw_nic<i>_clock": ["bundles/dell", HERTZ],
  "mk_hw_nic<i>_configuration": ["bundles/dell", SETTINGS],
  "mk_hw_nic<i>_description": ["bundles/dell", TEXT],
  "mk_hw_nic<i>_logical_name": ["bundles/dell", NAME],
  "mk_hw_nic<i>_physical_id": ["lshw/ironlib-dell-r6515.json", /^[0-9a-f.]+$/],
  "mk_hw_nic<i>_serial": ["bundles/dell", MAC],
  "mk_hw_nic<i>_size": ["bundles/dell", RATE],
  "mk_hw_nic<i>_version": ["bundles/dell", /^[0-9a-f]{2}$/],
  "mk_hw_nic<i>_width": ["bundles/dell", BITS],
  mk_hw_nic_count: ["bundles/dell", COUNT],
  "mtu_<if>": ["bundles/dell", COUNT],
  netmask: ["bundles/dell", IPV4],
  "netmask_<if>": ["bundles/dell", IPV4],
  "network_<if>": ["bundles/dell", IPV4],
  os: ["this machine", OBJECT],
  lsbrelease: "no recorded host has any; facter_test.ts has",
  partitions: "no recorded host has any; attributes_facter_test.ts has",
  physicalprocessorcount: ["bundles/dell", COUNT],
  "processor<i>": ["bundles/dell", TEXT],
  processorcount: ["bundles/dell", COUNT],
  processors: ["bundles/dell", OBJECT],
  productname: ["bundles/dell", TEXT],
  selinux_config_mode: "no recorded host has any; facter_test.ts has",
  selinux_config_policy: "no recorded host has any; facter_test.ts has",
  selinux_current_mode: "no recorded host has any; facter_test.ts has",
  selinux_enforced: "no recorded host has any; facter_test.ts has",
  selinux_policyversion: "no recorded host has any; facter_test.ts has",
  serialnumber: ["bundles/dell", TEXT],
  type: ["bundles/dell", TEXT],
  uuid: ["bundles/dell", /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/i],
  virtual: ["bundles/dell", NAME],
  vlans: "no recorded host has any; facter_test.ts has",
};

/** Names that the pattern lets through, and that are not sent. */
const NOT_SENT = ["gid", "hardwareisa", "dhcp_servers", "memorytotal"];

/** What else stands in the listings, and why no machine has it here. */
const NOT_OURS: readonly [names: RegExp, reason: string][] = [
  [new RegExp(String(DEFAULT_CLIENT_CONFIG.mk_fact_excl_pattern), "m"), "the server's default pattern leaves it out"],
  [
    /^(augeasversion|gem_version|lib|puppetversion)$/,
    "of Puppet, not of Facter",
  ],
  [/^(discovery_|nmprimary_|ipmi_|link_|duplex_|port_|speed_|wol_|auto_negotiation_|efi$)/, "of Foreman's image"],
];

/** The names of a listing with their values: JSON, or lines of "name: value", "name => value" or "name   value". */
function listed(file: string): [name: string, value: unknown][] {
  const text = read(file);
  try {
    const parsed = JSON.parse(text);
    return Object.entries(parsed.facts ?? parsed);
  } catch {
    // The nested values of "os" and the like are lines as well: their names are not among those that matter.
    const form = /^\s*"?([\w.-]+)"?(?:\s*(?::|=>)\s*|\s{2,})(?:"(.*)"|([^"[{]+?)),?\s*(?:#.*)?$/;
    return text.split("\n").flatMap((line): [string, unknown][] => {
      const [, name, quoted, plain] = form.exec(line) ?? [];
      return name === undefined ? [] : [[name, quoted ?? plain]];
    });
  }
}

test("attributesOf() has the names and forms of older registrations and of Facter 2.4", async () => {
  const listings = [
    "facter/hanlon-api-node-r610.txt",
    "facter/hanlon-node-attributes-x10drt-partial.txt",
    ...filesLike("facter", /^razor-(broker|node)/),
    "facter/ansible-facter-2-4-3-fedora25.txt",
    "facter/finchd-facter-2-4-0-openvz.txt",
    ...filesLike("facter", /^facterdb-2-4-/),
    ...filesLike("facter", /^foreman-discovery-(dell-npars|bond0|vmware-local|skylake|pxeless)/),
  ];
  const seen = new Set<string>();
  for (const file of listings) {
    for (const [name, value] of listed(file)) {
      const known = NOT_SENT.includes(name) ? name : nameOf(name)?.name;
      if (known === undefined) {
        const isOther = NOT_OURS.some(([names]) => names.test(name)) || isNoFact(name);
        assert(isOther, `${file}: ${name} = ${value} has no name here, and no reason`);
        continue;
      }
      seen.add(known);
      const entry = TABLE[known];
      assert(entry, `${file}: ${name} is in no row of the table`);
      if (typeof entry === "string" || value === "" || /SSHFP/.test(String(value))) continue;
      const text = typeof value === "object" ? JSON.stringify(value) : String(value);
      assert(entry[1].test(text) || isOddity(file, name), `${file}: ${name} = ${text} has not the form ${entry[1]}`);
    }
  }
  const all: Partial<Record<Producer, Attributes>> = {};
  for (const [machine, facts] of Object.entries(MACHINES)) all[machine as Producer] = attributesOf(await facts());
  assertEquals(Object.keys(TABLE).filter((known) => !seen.has(known)), [], "rows that are in no listing");
  for (const [known, entry] of Object.entries(TABLE)) {
    if (typeof entry === "string") continue;
    const [machine, form] = entry;
    const values = Object.entries(all[machine]!).filter(([name]) => nameOf(name)?.name === known);
    if (machine === "this machine" && values.length === 0) console.log(`skipped: ${known}, which this machine has not`);
    else assert(values.length > 0, `${machine} has no ${known}`);
    for (const [name, value] of values) {
      const text = typeof value === "object" ? JSON.stringify(value) : String(value);
      assert(form.test(text), `${machine}: ${name} = ${text} has not the form ${form}`);
    }
  }
  const rows = Object.values(TABLE);
  const without = rows.filter((row) => typeof row === "string").length;
  console.log(
    `${listings.length} listings: ${rows.length} names that matter, ${rows.length - without} of them produced`,
  );
});

/** Keys of what lies around the facts of a listing, and within those that are objects. */
function isNoFact(name: string): boolean {
  return /^(Name|command|resource|result|errcode|http_err_code|hook|policy|days|hours|seconds)$/.test(name) ||
    /^(count|physicalcount|name|family|release|major|full|size|mount|(maj)?dist\w+)$/.test(name);
}

/** Values of other times and makers in the listings. */
function isOddity(file: string, name: string): boolean {
  return file.includes("facterdb") && name === "lsbdistrelease" || name === "os" || name === "partitions" ||
    name === "processors";
}

const TWINS = [
  ["lshw/thisvm-full.json", "lshw/thisvm-full.txt"],
  ["lshw/thisvm-full.json", "lshw/thisvm-class-network.txt", "network"],
  ["lshw/thisvm-full.json", "lshw/thisvm-class-memory.txt", "memory"],
  ["qemu/dell-extbmc/lshw.json", "qemu/dell-extbmc/lshw.txt"],
  ["qemu/dell-simbmc/lshw.json", "qemu/dell-simbmc/lshw.txt"],
  ["qemu/smc-nobmc/lshw.json", "qemu/smc-nobmc/lshw.txt"],
] as const;

test("fieldText() says what the text listing of the same machine says", () => {
  for (const [json, text, nodeClass] of TWINS) {
    assertEquals(comparable(listing(parseLshw(read(json)).value, nodeClass)), comparable(read(text)), text);
  }
});

test("attributesOf() has the memory, board, processors and NICs of every recorded lshw", async () => {
  const machines = [
    ...filesLike("lshw", /\.json$/),
    ...["dell-extbmc", "dell-simbmc", "smc-nobmc"].map((n) => `qemu/${n}`),
  ];
  for (const file of machines) {
    // Made by hand, without the class of most nodes.
    if (/class-|ipa-v1/.test(file)) continue;
    const machine = file.startsWith("qemu/") ? await qemuNode(file.slice("qemu/".length)) : await machineOf(file);
    const now = attributesOf(machine);
    for (const name of ["mk_hw_bus_description", "mk_hw_mem_size", "mk_hw_cpu_count", "mk_hw_nic_count"]) {
      assert(name in now, `${file}: ${name}`);
    }
  }
  // Two boards with an array of memory for each socket, of which lshw does not tell the sum.
  assertEquals(attributesOf(await machineOf("lshw/dl360p-gen8.json"))["mk_hw_mem_size"], "256GiB");
  assertEquals(attributesOf(await machineOf("lshw/rackhd-s2600jf.json"))["mk_hw_mem_size"], "128GiB");
});

test("attributesOf() has no key that a store refuses, explains itself, and is made of valid facts, on every recorded machine", async () => {
  const files = [
    ...filesLike("lshw", /\.json$/),
    ...filesLike("dmidecode", /\.txt$/),
    ...filesLike("lscpu", /\.(txt|json)$/),
    ...filesLike("ipmitool", /(fru|lan-print).*\.txt$/),
  ];
  let names = 0;
  const check = (machine: Collection, file: string) => {
    checkShape(machine.facts, file);
    assertEquals(refusedKey(attributesOf(machine)), undefined, file);
    for (const { name, value, from: { facts = [], words = [] } } of explainedAttributes(machine)) {
      const isThere = facts.some((path) => resolve(machine.facts, path) !== undefined) || words.length > 0;
      // Of no bank at all nothing stands anywhere.
      assert(isThere || value === "0", `${file}: ${name}: ${facts}`);
      assert(nameOf(name), `${file}: ${name}`);
      names++;
    }
  };
  for (const file of files) check(await machineOf(file), file);
  for (const node of ["dell-extbmc", "dell-simbmc", "smc-nobmc"]) check(await qemuNode(node), node);
  console.log(`${files.length + 3} machines, ${names} attributes`);
});
