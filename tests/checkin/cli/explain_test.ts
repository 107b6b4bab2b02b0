import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { attributesOf } from "../../../checkin/hanlon/attributes/mod.ts";
import { explain, listNames, UnknownName } from "../../../checkin/cli/explain.ts";
import { nearNames } from "../../../checkin/cli/near_names.ts";
import { describe, placesOf } from "../../../collectors/facts/describe.ts";
import { allPaths, resolve } from "../../../collectors/facts/path.ts";
import { FACTS as TABLES, type Facts } from "../../../collectors/facts/mod.ts";
import type { Host } from "../../../collectors/host/mod.ts";
import { rememberingHost } from "../../../collectors/host/remembering.ts";
import { openReplay } from "../../../collectors/host/replay.ts";
import { collect } from "../../../collectors/mod.ts";
import { readSchema, type Schema } from "../../schema_file.ts";
import { stubHost } from "../../collectors/stub_host.ts";

const schema = readSchema();

/** The paths of all values that are no object, "[]" for each item of a list; a type within itself only once. */
function* leaves(part: Schema, path = "", open: string[] = []): Generator<string> {
  if (part.$ref !== undefined) {
    const name = part.$ref.split("/").at(-1)!;
    if (!open.includes(name)) yield* leaves(schema.definitions[name]!, path, [...open, name]);
  } else if (part.anyOf) { for (const one of part.anyOf) yield* leaves(one, path, open); }
  else if (part.items) { for (const item of [part.items].flat()) yield* leaves(item, `${path}[]`, open); }
  else if (part.properties) {
    for (const [name, inner] of Object.entries(part.properties)) {
      yield* leaves(inner, path === "" ? name : `${path}.${name}`, open);
    }
  } else yield path;
}

/** What hnl_mk says of itself and of how the collection went. */
const OF_ITSELF = /^(?:schemaVersion|agentVersion|collectedAt|sources|identity)\b/;

Deno.test("the tables have every fact of the schema, and no other", () => {
  const leafPaths = [...leaves(schema)].map((path) => path.replace(/\[\]$/, ""))
    .filter((path) => !/^(?:raw|spec|findings|changes)\b/.test(path));
  assert(leafPaths.length > 250);
  const described = new Map([...describe(TABLES)].map(({ path, entry }) => [path, entry]));
  // A fact may be a list or an object of the tool's: a port ID, a list of TLVs.
  const isOrHolds = (whole: string, part: string) => part === whole || /^(?:\[\])*\./.test(part.slice(whole.length));
  const covers = (path: string) =>
    [...described].some(([own, entry]) => !("table" in entry) && path.startsWith(own) && isOrHolds(own, path));
  assertEquals(leafPaths.filter((path) => !covers(path)), [], "facts without an entry");
  const known = (own: string) => leafPaths.some((path) => path.startsWith(own) && isOrHolds(own, path));
  assertEquals([...described.keys()].filter((own) => !known(own)), [], "entries without a fact");
  for (const [path, entry] of described) {
    if (!("table" in entry) && !OF_ITSELF.test(path)) assert(placesOf(entry).length > 0, path);
    if ("rule" in entry && entry.rule !== undefined && "items" in entry) assert(entry.rule.length > 5, path);
  }
});

const FACTS = {
  schemaVersion: 1,
  disks: [{ name: "sda", sizeBytes: 5 }, { name: "1", sizeBytes: 7 }],
  interfaces: [{ name: "eth0.100", kind: "vlan", mtu: 1496 }, { name: "a]b", kind: "other", mtu: 9 }],
  bmc: { channels: [{ number: 1, ip: "192.0.2.1" }, { number: 8, ip: "192.0.2.8" }] },
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
    ] as const
  ) assertEquals(resolve(FACTS, path)?.value, value, path);
  for (
    const path of ["", ".", "[", "disks[sdb].sizeBytes", "disks[9]", "disks.", "__proto__", "disks.length", "toString"]
  ) {
    assertEquals(resolve(FACTS, path === "disks." ? "disks..x" : path), undefined, path);
  }
  assertEquals(resolve(FACTS, "disks[sda].sizeBytes")?.pattern, "disks[].sizeBytes");
});

Deno.test("allPaths() gives paths that resolve() finds again", () => {
  for (const path of allPaths(FACTS)) assert(resolve(FACTS, path) !== undefined, path);
  assert([...allPaths(FACTS)].includes("interfaces[a]b].mtu"));
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
	Product Name: PowerEdge \u202eR740

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
  const { host, texts } = rememberingHost(inner, { includeSecrets: false });
  return { collection: await collect(host, "1.0.0"), texts };
}

Deno.test("explain() shows an old name with the fact that it is made of and the words of the tool", async () => {
  const { collection, texts } = await machine();
  assertEquals(
    explain("mk_hw_mem_size", collection, texts),
    `mk_hw_mem_size = "32GiB"
  "size" as lshw's text has it
  from lshw -json: core/memory
    | "size": 34359738368
`,
  );
  assertEquals(
    explain("memorysize_mb", collection, texts),
    `memorysize_mb = "24105.56"
  in MiB, with two decimals
  memory.usableBytes = 25276510208
    from /proc/meminfo
      | MemTotal:   24684092 kB
`,
  );
});

Deno.test("explain() shows a fact with the structure or the file that it stands in", async () => {
  const { collection, texts } = await machine();
  assertEquals(
    explain("memory.dimms[A2].serialNumber", collection, texts),
    `memory.dimms[A2].serialNumber = "22222222"\n  from dmidecode\n    | Serial Number: 22222222\n`,
  );
  assertStringIncludes(explain("memory.totalBytes", collection, texts), "Size: 16 GB  (2 times)");
  // dmidecode has a placeholder, so what counts is what /sys says.
  assertStringIncludes(explain("system.manufacturer", collection, texts), "from /sys/class/dmi/id/sys_vendor");
});

Deno.test("explain() lets no tool steer the terminal", async () => {
  const { collection, texts } = await machine();
  const text = explain("system.productName", collection, texts);
  assertStringIncludes(text, "| ");
  // Words with an escape character are no text, and give no fact at all.
  for (const control of ["\x1b", "\u202e"]) assert(!text.includes(control), text);
});

Deno.test("explain() finds a node of lshw in what is no valid JSON", async () => {
  // A warning stands before it, a backslash is not escaped, and the end is missing.
  const broken = `WARNING: you should run this program as super-user.\n${
    LSHW.replace('"Motherboard"', '"Mother\\board"').slice(0, -4)
  }`;
  const inner = stubHost(([tool]) => tool === "lshw" ? { stdout: broken } : undefined);
  const { host, texts } = rememberingHost(inner, { includeSecrets: false });
  const collection = await collect(host, "1.0.0");
  for (const name of ["mk_hw_bus_description", "mk_hw_mem_size"]) {
    assertMatch(explain(name, collection, texts), /\n {2}from lshw -json: core\S*\n {4}\| "\w+": /);
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
  const { host, texts } = rememberingHost(inner, { includeSecrets: false });
  const collection = await collect(host, "1.0.0");
  for (
    const [name, words] of [
      ["boardproductname", "| Product Name: 0P8611"],
      ["productname", "| Product Name: PowerEdge 1800"],
      ["bios_vendor", "| Vendor: Dell Inc."],
      ["firmware.revision", "| Platform Firmware Revision: 2.12"],
      ["mk_hw_lscpu_Architecture", "| Architecture: x86_64"],
      ["mk_hw_lscpu_CPU_sockets", "| Socket(s): 2"],
      ["mk_ipmi_fru_0_Board_Mfg", "| Board Mfg : DELL"],
      ["mk_ipmi_fru_0_Board_Extra", "| Board Extra : two"],
    ] as const
  ) assertStringIncludes(explain(name, collection, texts).replace(/\| +/, "| "), words, name);
});

Deno.test("explain() shows lists and sections, and what they come from", async () => {
  const { collection, texts } = await machine();
  const text = explain("memory", collection, texts);
  for (const line of ['memory.dimms[A1].locator = "A1"', "memory.usableBytes = 25276510208", "  from /proc/meminfo"]) {
    assertStringIncludes(text, line);
  }
  const dimms = explain("memory.dimms[]", collection, texts);
  assertStringIncludes(dimms, 'memory.dimms[A2].serialNumber = "22222222"');
  assert(!dimms.includes("memory.usableBytes"));
});

Deno.test("explain() says what mk_fact_excl_pattern leaves out", async () => {
  const { collection, texts } = await machine();
  assertStringIncludes(explain("memorysize", collection, texts, /^memorysize$/), "not sent: mk_fact_excl_pattern");
  assert(!explain("memorysize_mb", collection, texts, /^memorysize$/).includes("not sent"));
});

Deno.test("explain() says why a fact is not there", async () => {
  const { collection, texts } = await machine();
  for (const name of ["mk_ipmi_IP_Address", "mk_ipmi_fru_3_Board_Mfg", "bmc.firmware", "bmc.channels[1].ip", "bmc"]) {
    const text = explain(name, collection, texts);
    assertStringIncludes(text, `${name} is not known of this machine\n  ipmitool skipped: no IPMI device`);
  }
  assertStringIncludes(
    explain("mk_hw_disk7_size", collection, texts),
    "hostfs does not report it\n  lshw does not report it",
  );
  assertStringIncludes(explain("bmc.channels[1].snmpCommunity", collection, texts), "--include-secrets");
});

Deno.test("explain() says why it does not send what the old agent did", async () => {
  const { collection, texts } = await machine();
  for (const name of ["gid", "hardwareisa", "dhcp_servers"]) {
    assertEquals(
      explain(name, collection, texts),
      `${name} is not sent any more: it described the container of the old agent, not the host\n`,
    );
  }
  for (const name of ["mk_hw_lscpu_hash_json_str", "mk_hw_nw_network_array_json_str", "mk_hw_mem_memory_json_str"]) {
    assertStringIncludes(explain(name, collection, texts), `${name} is not sent any more: the typed facts`);
  }
});

Deno.test("explain() throws UnknownName with what is nearly called so", async () => {
  const { collection, texts } = await machine();
  const near = (name: string) => assertThrows(() => explain(name, collection, texts), UnknownName).message;
  assertEquals(near("mk_hw_mem_sise"), 'no fact is called "mk_hw_mem_sise"; like it: mk_hw_mem_size');
  assertStringIncludes(near("memory.totlBytes"), "memory.totalBytes");
  assertEquals(near("xyzzy"), 'no fact is called "xyzzy"');
  for (const name of ["", "__proto__", "constructor", "[", "mk_hw_disk0_vendor", "memory.__proto__"]) near(name);
});

Deno.test("explain() shows the flag of a hypervisor that says no name, and not the names of the machine it plays", async () => {
  const host = stubHost(([tool]) => {
    if (tool === "dmidecode") return { stdout: DMIDECODE };
    return tool === "lscpu" ? { stdout: "Architecture: x86_64\nFlags: fpu vme hypervisor lahf_lm\n" } : undefined;
  });
  const remembering = rememberingHost(host, { includeSecrets: false });
  const collection = await collect(remembering.host, "4.0.0");
  const text = explain("is_virtual", collection, remembering.texts);
  assertStringIncludes(text, "is_virtual = true");
  assertStringIncludes(text, "| Flags: … hypervisor …");
});

/** Empty lists, what ipmitool was asked for by its number, and what the kernel was asked for by getifaddrs(3). */
const WITHOUT_WORDS =
  /^(?:partitions|gpus|slots|onboardDevices|managementHosts|powerSupplies)$|^bmc\.(?:channels|frus)\[\d+\]\.(?:number|medium|id|description)$|\.addresses\b/;

for (const bundle of ["dell", "plain", "wide"]) {
  Deno.test(`explain() shows the words behind every fact of the recorded machine ${bundle}`, async () => {
    const folder = fromFileUrl(new URL(`../../fixtures/bundles/${bundle}`, import.meta.url));
    const { host, texts } = rememberingHost(await openReplay(folder), { includeSecrets: false });
    const collection = await collect(host, "1.0.0");
    const sections = Object.keys(collection.facts).filter((name) => !OF_ITSELF.test(name));
    const facts = sections.flatMap((name) => explain(name, collection, texts).split(/\n(?=\S)/));
    const explained = new Set(facts.map((text) => text.replace(/ = [^]*/, "").trim()));
    const paths = [...allPaths(collection.facts)].filter((path) => !OF_ITSELF.test(path));
    assertEquals(paths.filter((path) => !explained.has(path)), []);
    const without = facts.filter((text) => !text.includes("  | ")).map((text) => text.replace(/ = [^]*/, ""));
    assertEquals(without.filter((path) => !WITHOUT_WORDS.test(path)), []);
  });
}

/** What is made of the MAC, of the kernel's addresses, or of so much that no one line stands behind it. */
const MADE = /^(?:uniqueid|hostname|fqdn|partitions|(?:netmask|network|ipaddress)\w*)$/;

Deno.test("explain() shows the words behind every attribute of a recorded machine", async () => {
  const folder = fromFileUrl(new URL("../../fixtures/bundles/dell", import.meta.url));
  const { host, texts } = rememberingHost(await openReplay(folder), { includeSecrets: false });
  const collection = await collect(host, "1.0.0");
  const names = Object.keys(attributesOf(collection));
  const without = names.filter((name) => !explain(name, collection, texts).includes("  | "));
  assertEquals(without.filter((name) => !MADE.test(name)), []);
});

Deno.test("listNames() has every name once, old and new", () => {
  const names = listNames().trimEnd().split("\n");
  assertEquals(new Set(names).size, names.length);
  for (const name of ["memory", "disks", "disks[].serialNumber", "cpu.packages[].socket", "mk_hw_mem_size"]) {
    assert(names.includes(name), name);
  }
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
  const { host, texts } = rememberingHost(inner, { includeSecrets: false });
  assertEquals(host.roots, inner.roots);
  assertEquals(await host.run("tool", ["-x"]), await inner.run("tool", ["-x"]));
  assertEquals(await host.read("/sys/a"), await inner.read("/sys/a"));
  assertEquals(await host.read("/sys/none"), absent);
  assertEquals(await host.list("/sys"), await inner.list("/sys"));
  assertEquals(await host.link("/sys/b"), await inner.link("/sys/b"));
  await assertRejects(() => host.addresses(), Error, "broken");
  assertEquals([...texts], [["/sys/a", "text\n"], ["/sys", "a b"], ["/sys/b", "-> ../b"]]);
});

Deno.test("rememberingHost() keeps the secrets of the kernel command line only where they are asked for", async () => {
  const cmdline = new TextEncoder().encode("quiet rancher.password=hunter2");
  const inner: Host = { ...stubHost(() => undefined), read: () => Promise.resolve({ value: cmdline }) };
  for (const includeSecrets of [false, true]) {
    const { host, texts } = rememberingHost(inner, { includeSecrets });
    assertEquals(await host.read("/proc/cmdline"), { value: cmdline });
    assertEquals(texts.get("/proc/cmdline")!.includes("hunter2"), includeSecrets);
  }
});
