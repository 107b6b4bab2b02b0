import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { attributesOf } from "../../../checkin/hanlon/attributes/mod.ts";
import { explain, rememberingHost, UnknownName } from "../../../checkin/cli/explain.ts";
import { nearNames } from "../../../collectors/show/explain/near.ts";
import { OF_ITSELF, ORIGINS } from "../../../collectors/show/explain/origins.ts";
import { allPaths, resolve } from "../../../collectors/facts/path.ts";
import type { Facts } from "../../../collectors/facts/mod.ts";
import schema from "../../../collectors/facts.schema.json" with { type: "json" };
import type { Host } from "../../../collectors/host/mod.ts";
import { openReplay } from "../../../collectors/host/replay.ts";
import { collect } from "../../../collectors/mod.ts";
import { stubHost } from "../../collectors/stub_host.ts";

interface Schema {
  type?: unknown;
  $ref?: string;
  anyOf?: Schema[];
  items?: Schema | Schema[];
  properties?: Record<string, Schema>;
}

/** The paths of all values that are no object, "[]" for each item of a list; a type within itself only once. */
function* leaves(part: Schema, path = "", open: string[] = []): Generator<string> {
  if (part.$ref !== undefined) {
    const name = part.$ref.split("/").at(-1)!;
    const definitions: Record<string, Schema> = schema.definitions;
    if (!open.includes(name)) yield* leaves(definitions[name]!, path, [...open, name]);
  } else if (part.anyOf) { for (const one of part.anyOf) yield* leaves(one, path, open); }
  else if (part.items) { for (const item of [part.items].flat()) yield* leaves(item, `${path}[]`, open); }
  else if (part.properties) {
    for (const [name, inner] of Object.entries(part.properties)) {
      yield* leaves(inner, path === "" ? name : `${path}.${name}`, open);
    }
  } else yield path;
}

Deno.test("ORIGINS has every fact of the schema, and no other", () => {
  const paths = new Set([...leaves(schema as Schema)].filter((path) => !OF_ITSELF.test(path)));
  assert(paths.size > 300);
  assertEquals([...paths].filter((path) => !Object.hasOwn(ORIGINS, path)), [], "facts without an origin");
  assertEquals(Object.keys(ORIGINS).filter((path) => !paths.has(path)), [], "origins without a fact");
  for (const [path, { from }] of Object.entries(ORIGINS)) assert(from.length > 0, path);
});

const FACTS = {
  schemaVersion: 1,
  disks: [{ name: "sda", sizeBytes: 5 }, { name: "1", sizeBytes: 7 }],
  interfaces: [{ name: "eth0.100", kind: "vlan", mtu: 1496 }, { name: "a]b", kind: "other", mtu: 9 }],
  bmc: { channels: [{ number: 1, ip: "192.0.2.1" }, { number: 8, ip: "192.0.2.8" }] },
  hardware: [{ id: "host", class: "system", children: [{ id: "core", class: "bus", vendor: "Dell Inc." }] }],
} as unknown as Facts;

Deno.test("resolve() finds items by name and by place", () => {
  for (
    const [path, value] of [
      ["schemaVersion", 1],
      ["disks[sda].sizeBytes", 5],
      ["disks.sda.sizeBytes", 5],
      ["disks[0].sizeBytes", 5],
      // A name goes before a place.
      ["disks[1].sizeBytes", 7],
      ["interfaces[eth0.100].mtu", 1496],
      ["interfaces[a]b].mtu", 9],
      ["bmc.channels[8].ip", "192.0.2.8"],
      ["bmc.channels[0].ip", "192.0.2.1"],
      ["hardware[core].vendor", "Dell Inc."],
      ["hardware[0].children[core].vendor", "Dell Inc."],
    ] as const
  ) assertEquals(resolve(FACTS, path)?.value, value, path);
  for (
    const path of ["", ".", "[", "disks[sdb].sizeBytes", "disks[9]", "disks.", "__proto__", "disks.length", "toString"]
  ) {
    assertEquals(resolve(FACTS, path === "disks." ? "disks..x" : path), undefined, path);
  }
  assertEquals(resolve(FACTS, "disks[sda].sizeBytes")?.pattern, "disks[].sizeBytes");
});

Deno.test("resolve() knows a node of lshw's tree by its place, whichever way it was reached", () => {
  for (
    const path of ["hardware[core].vendor", "hardware[0].children[0].vendor", "hardware.host.children.core.vendor"]
  ) {
    const { pattern, items } = resolve(FACTS, path)!;
    assertEquals([pattern, items.findLast((item) => "path" in item)], ["hardware[].vendor", { path: "core" }], path);
  }
});

Deno.test("allPaths() gives paths that resolve() finds again", () => {
  for (const path of allPaths(FACTS)) assert(resolve(FACTS, path) !== undefined, path);
  assert([...allPaths(FACTS)].includes("hardware[core].vendor"));
});

Deno.test("nearNames() puts the one with the fewest letters other first", () => {
  const names = ["memory.totalBytes", "memory.swapBytes", "disks[sda].sizeBytes", "mk_hw_mem_size"];
  assertEquals(nearNames("memory.totlBytes", names)[0], "memory.totalBytes");
  assertEquals(nearNames("MK_HW_MEM_SIZE", names), ["mk_hw_mem_size"]);
  assertEquals(nearNames("sizebytes", names), ["disks[sda].sizeBytes"]);
  assertEquals(nearNames("xyz", names), []);
  assertEquals(nearNames("sda", ["sdcc", "sdb", "sda"]), ["sda", "sdb", "sdcc"]);
});

const LSHW = JSON.stringify({
  id: "host",
  class: "system",
  claimed: true,
  children: [{
    id: "core",
    class: "bus",
    claimed: true,
    description: "Motherboard",
    vendor: "Dell Inc.",
    children: [{ id: "memory", class: "memory", claimed: true, units: "bytes", size: 34359738368 }],
  }],
});
const DMIDECODE = `# dmidecode 3.4
SMBIOS 3.2.0 present.

Handle 0x0100, DMI type 1, 27 bytes
System Information
	Manufacturer: To Be Filled By O.E.M.
	Product Name: PowerEdge\x1b[31m \u202eR740

Handle 0x1100, DMI type 17, 40 bytes
Memory Device
	Size: 16 GB
	Locator: A1
	Serial Number: 11111111

Handle 0x1101, DMI type 17, 40 bytes
Memory Device
	Size: 16 GB
	Locator: A2
	Serial Number: 22222222
`;

/** A machine of which two tools and three files tell. */
async function machine() {
  const inner: Host = {
    ...stubHost(([tool]) =>
      tool === "lshw" ? { stdout: LSHW } : tool === "dmidecode" ? { stdout: DMIDECODE } : undefined
    ),
    read: (path) => {
      const text =
        { "/proc/meminfo": "MemTotal:   24684092 kB\n", "/sys/class/dmi/id/sys_vendor": "Dell Inc.\n" }[path];
      return Promise.resolve(
        text === undefined ? { why: "absent", message: path } : { value: new TextEncoder().encode(text) },
      );
    },
    list: (path) =>
      Promise.resolve(
        path === "/sys/class/dmi/id"
          ? { value: [{ name: "sys_vendor", kind: "file" }] }
          : path === "/dev"
          ? { value: [] }
          : { why: "absent", message: path },
      ),
  };
  const { host, evidence } = rememberingHost(inner, { includeSecrets: false });
  return { facts: await collect(host, "1.0.0"), evidence };
}

Deno.test("explain() shows an old name with the fact that it is made of and the words of the tool", async () => {
  const { facts, evidence } = await machine();
  assertEquals(
    explain("mk_hw_mem_size", facts, evidence),
    `mk_hw_mem_size = "32GiB"
  "size" as lshw's text has it
  made of hardware[core/memory].size = 34359738368
    from lshw -json
      | { "id": "memory", "class": "memory", "size": 34359738368 }
`,
  );
  assertEquals(
    explain("memorysize_mb", facts, evidence),
    `memorysize_mb = "24105.56"
  in MiB, with two decimals
  made of memory.usableBytes = 25276510208
    in bytes
    from /proc/meminfo
      | MemTotal:   24684092 kB
`,
  );
});

Deno.test("explain() shows a fact with the structure or the file that it stands in", async () => {
  const { facts, evidence } = await machine();
  assertEquals(
    explain("memory.dimms[A2].serialNumber", facts, evidence),
    `memory.dimms[A2].serialNumber = "22222222"\n  from dmidecode\n    |   Serial Number: 22222222\n`,
  );
  assertStringIncludes(explain("memory.totalBytes", facts, evidence), "Size: 16 GB  (2 times)");
  // dmidecode has a placeholder, so what counts is what /sys says.
  assertStringIncludes(explain("system.manufacturer", facts, evidence), "from /sys/class/dmi/id/sys_vendor");
});

Deno.test("explain() lets no tool steer the terminal", async () => {
  const { facts, evidence } = await machine();
  const text = explain("system.productName", facts, evidence);
  assertStringIncludes(text, "| ");
  for (const control of ["\x1b", "\u202e"]) assert(!text.includes(control), text);
});

Deno.test("explain() finds a node of lshw in what is no valid JSON", async () => {
  // A warning stands before it, a backslash is not escaped, and the end is missing.
  const broken = `WARNING: you should run this program as super-user.\n${
    LSHW.replace('"Motherboard"', '"Mother\\board"').slice(0, -4)
  }`;
  const inner = stubHost(([tool]) => tool === "lshw" ? { stdout: broken } : undefined);
  const { host, evidence } = rememberingHost(inner, { includeSecrets: false });
  const facts = await collect(host, "1.0.0");
  for (const name of ["mk_hw_bus_description", "mk_hw_mem_size"]) {
    assertMatch(explain(name, facts, evidence), /\n {4}from lshw -json\n {6}\| \{ "id": /);
  }
});

Deno.test("explain() finds the words in forms that versions of the tools have", async () => {
  const outputs: Record<string, string> = {
    // Between the structures of old versions there is no line.
    "dmidecode": "Handle 0x0100\n\tDMI type 1, 25 bytes.\n\tSystem Information\n\t\tProduct Name: PowerEdge 1800\n" +
      "Handle 0x0200\n\tDMI type 2, 9 bytes.\n\tBase Board Information\n\t\tProduct Name: 0P8611\n" +
      // As 3.7 calls it.
      "Handle 0x0000, DMI type 0, 26 bytes\nPlatform Firmware Information\n\tVendor: Dell Inc.\n" +
      "\tPlatform Firmware Revision: 2.12\n",
    "lscpu -J": '{"lscpu":[{"field":"Architecture:","data":"x86_64"},{"field":"Socket(s):","data":"2","children":[]}]}',
    "ipmitool mc info": "Device ID : 32\n",
    "ipmitool fru print 0": " Board Mfg : DELL\n Board Extra : one\n Board Extra : two\n",
  };
  const inner: Host = {
    ...stubHost((argv) => argv.join(" ") in outputs ? { stdout: outputs[argv.join(" ")]! } : undefined),
    list: (path) =>
      Promise.resolve(
        path === "/dev" ? { value: [{ name: "ipmi0", kind: "other" }] } : { why: "absent", message: path },
      ),
  };
  const { host, evidence } = rememberingHost(inner, { includeSecrets: false });
  const facts = await collect(host, "1.0.0");
  for (
    const [name, words] of [
      ["boardproductname", "| Product Name: 0P8611"],
      ["productname", "| Product Name: PowerEdge 1800"],
      ["bios_vendor", "| Vendor: Dell Inc."],
      ["firmware.revision", "| Platform Firmware Revision: 2.12"],
      ["mk_hw_lscpu_Architecture", '| { "field":"Architecture:","data":"x86_64" }'],
      ["mk_hw_lscpu_CPU_sockets", '| { "field":"Socket(s):","data":"2"'],
      ["mk_ipmi_fru_0_Board_Mfg", "| Board Mfg : DELL"],
      ["mk_ipmi_fru_0_Board_Extra", "| Board Extra : two"],
    ] as const
  ) assertStringIncludes(explain(name, facts, evidence).replace(/\| +/, "| "), words, name);
});

Deno.test("explain() shows lists and sections, and what they come from", async () => {
  const { facts, evidence } = await machine();
  const text = explain("memory", facts, evidence);
  assertStringIncludes(text, '"locator": "A1"');
  assertStringIncludes(text, "from dmidecode, lshw -json, /proc/meminfo");
});

Deno.test("explain() says what mk_fact_excl_pattern leaves out", async () => {
  const { facts, evidence } = await machine();
  assertStringIncludes(explain("memorysize", facts, evidence, /^memorysize$/), "not sent: mk_fact_excl_pattern");
  assert(!explain("memorysize_mb", facts, evidence, /^memorysize$/).includes("not sent"));
});

Deno.test("explain() says why a fact is not there", async () => {
  const { facts, evidence } = await machine();
  for (const name of ["mk_ipmi_IP_Address", "mk_ipmi_fru_3_Board_Mfg", "bmc.firmware", "bmc.channels[1].ip", "bmc"]) {
    const text = explain(name, facts, evidence);
    assertStringIncludes(text, `${name} is not known of this machine\n  ipmitool skipped: no IPMI device`);
  }
  assertStringIncludes(
    explain("mk_hw_disk7_size", facts, evidence),
    "hostfs does not tell it\n  lshw does not tell it",
  );
  assertStringIncludes(explain("bmc.channels[1].snmpCommunity", facts, evidence), "--include-secrets");
});

Deno.test("explain() says why it does not send what the old agent did", async () => {
  const { facts, evidence } = await machine();
  for (const name of ["gid", "hardwareisa", "dhcp_servers"]) {
    assertEquals(
      explain(name, facts, evidence),
      `${name} is not sent any more: it described the container of the old agent, not the host\n`,
    );
  }
  for (const name of ["mk_hw_lscpu_hash_json_str", "mk_hw_nw_network_array_json_str", "mk_hw_mem_memory_json_str"]) {
    assertStringIncludes(explain(name, facts, evidence), `${name} is not sent any more: the typed facts`);
  }
});

Deno.test("explain() throws UnknownName with what is nearly called so", async () => {
  const { facts, evidence } = await machine();
  const near = (name: string) => assertThrows(() => explain(name, facts, evidence), UnknownName).message;
  assertEquals(near("mk_hw_mem_sise"), 'no fact is called "mk_hw_mem_sise"; like it: mk_hw_mem_size');
  assertStringIncludes(near("memory.totlBytes"), "memory.totalBytes");
  assertEquals(near("xyzzy"), 'no fact is called "xyzzy"');
  for (const name of ["", "__proto__", "constructor", "[", "mk_hw_disk0_vendor", "memory.__proto__"]) near(name);
});

/** What is put together of so much that no one line stands behind it. */
const WITHOUT_WORDS = /^(processorcount|lldp_neighbor_vlans_\w+|partitions|gpus|slots|powerSupplies)$/;

Deno.test("explain() shows the flag of a hypervisor that says no name, and not the names of the machine it plays", async () => {
  const host = stubHost(([tool]) => {
    if (tool === "dmidecode") return { stdout: DMIDECODE };
    return tool === "lscpu" ? { stdout: "Architecture: x86_64\nFlags: fpu vme hypervisor lahf_lm\n" } : undefined;
  });
  const remembering = rememberingHost(host, { includeSecrets: false });
  const facts = await collect(remembering.host, "4.0.0");
  const text = explain("is_virtual", facts, remembering.evidence);
  assertStringIncludes(text, "is_virtual = true");
  assertStringIncludes(text, "| Flags: … hypervisor …");
});

Deno.test("explain() finds the words behind every fact of a recorded machine", async () => {
  const bundle = fromFileUrl(new URL("../../fixtures/bundles/dell", import.meta.url));
  const { host, evidence } = rememberingHost(await openReplay(bundle), { includeSecrets: false });
  const facts = await collect(host, "1.0.0");
  const names = [...Object.keys(attributesOf(facts)), ...allPaths(facts)].filter((name) => !OF_ITSELF.test(name));
  assert(names.length > 1500);
  const without = names.filter((name) => {
    const text = explain(name, facts, evidence);
    return !text.includes("    | ") || text.includes("(not in what was read)");
  });
  assertEquals(without.filter((name) => !WITHOUT_WORDS.test(name)), []);
});

Deno.test("rememberingHost() answers as the other host does, and remembers it", async () => {
  const absent = { why: "absent", message: "no such file" } as const;
  const inner: Host = {
    ...stubHost(() => ({ stdout: "out", stderr: "err", code: 3, failure: "failed" })),
    list: () => Promise.resolve({ value: [{ name: "a", kind: "file" }, { name: "b", kind: "link" }] }),
    link: () => Promise.resolve({ value: "../b" }),
    read: (path) => Promise.resolve(path === "/sys/a" ? { value: new TextEncoder().encode("text\n") } : absent),
    addresses: () => Promise.reject(new Error("broken")),
  };
  const { host, evidence } = rememberingHost(inner, { includeSecrets: false });
  assertEquals(host.roots, inner.roots);
  assertEquals(await host.run("tool", ["-x"]), await inner.run("tool", ["-x"]));
  assertEquals(await host.read("/sys/a"), await inner.read("/sys/a"));
  assertEquals(await host.read("/sys/none"), absent);
  assertEquals(await host.list("/sys"), await inner.list("/sys"));
  assertEquals(await host.link("/sys/b"), await inner.link("/sys/b"));
  await assertRejects(() => host.addresses(), Error, "broken");
  assertEquals(evidence.commands, [{ argv: ["tool", "-x"], stdout: "out" }]);
  assertEquals([...evidence.files], [["/sys/a", "text\n"], ["/sys", "a b"], ["/sys/b", "-> ../b"]]);
});

Deno.test("rememberingHost() keeps the secrets of the kernel command line only where they are asked for", async () => {
  const cmdline = new TextEncoder().encode("quiet rancher.password=hunter2");
  const inner: Host = { ...stubHost(() => undefined), read: () => Promise.resolve({ value: cmdline }) };
  for (const includeSecrets of [false, true]) {
    const { host, evidence } = rememberingHost(inner, { includeSecrets });
    assertEquals(await host.read("/proc/cmdline"), { value: cmdline });
    assertEquals(evidence.files.get("/proc/cmdline")!.includes("hunter2"), includeSecrets);
  }
});
