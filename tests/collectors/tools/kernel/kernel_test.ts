import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Host, type Read, valueOf } from "../../../../collectors/host/mod.ts";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import { type HostFs, hostfsCollector } from "../../../../collectors/tools/kernel/mod.ts";
import { eachDevice } from "../../../../collectors/tools/concurrency.ts";
import { physicalNics } from "../../../../collectors/tools/kernel/physical_nics.ts";
import { collectFrom, disk, type Entries, makeMachine, nic, pciDevice } from "./tree.ts";

const SERVER: Entries = {
  "proc/meminfo": "MemTotal: 2030356 kB",
  "proc/uptime": "350735.47 234388.90",
  "proc/cpuinfo": "processor\t: 0\ncpu MHz\t: 2100.0",
  ...pciDevice("pci0000:00/0000:00:03.0", { uevent: "DRIVER=e1000e\nPCI_ID=8086:10D3" }),
  ...nic("pci0000:00/0000:00:03.0/net/eth0", { address: "52:54:00:12:34:56", operstate: "up", addr_assign_type: "0" }),
  ...disk("pci0000:00/0000:00:06.0/virtio1/block/vda", { size: "2048", serial: "VBLK0001" }),
  "sys/class/dmi/id/product_name": "PowerEdge R740",
  "sys/class/dmi/id/product_serial": "B5R4NK2",
};

/** `host`, where the paths that `refused` names answer as told. */
function refusing(host: Host, refused: (path: string) => "absent" | "denied" | "failed" | Error | undefined): Host {
  const guarded = <T>(ask: (path: string) => Promise<Read<T>>) => (path: string): Promise<Read<T>> => {
    const why = refused(path);
    if (why instanceof Error) return Promise.reject(why);
    return why === undefined ? ask(path) : Promise.resolve({ why, message: `${path}: refused` });
  };
  return { ...host, read: guarded(host.read), list: guarded(host.list), link: guarded(host.link) };
}

Deno.test("hostfsCollector names once, and shortly, what needs root", async () => {
  await using machine = await makeMachine(SERVER);
  const secret = /_serial$|product_name$|mountinfo$/;
  const { status, notes, value } = await collectFrom(
    refusing(machine.host, (path) => secret.test(path) ? "denied" : undefined),
  );
  assertEquals(status, "ok");
  assertEquals(notes?.[0], "needs root: /proc/1/mountinfo, /sys/class/dmi/id/{product_name,product_serial}");
  assertEquals(value?.disks?.[0]?.serialNumber, "VBLK0001");
});

Deno.test("hostfsCollector says in one line that it may read nothing", async () => {
  await using machine = await makeMachine(SERVER);
  const { host } = machine;
  assertEquals(await collectFrom(refusing(host, () => "denied")), {
    status: "failed",
    error: `nothing can be read in ${host.roots.proc} and ${host.roots.sys}`,
  });
});

Deno.test("hostfsCollector is missing where there is neither /proc nor /sys", async () => {
  await using machine = await makeMachine({});
  const { status, value } = await collectFrom(machine.host);
  assertEquals([status, value], ["missing", undefined]);
});

Deno.test("hostfsCollector tells the half that it can read, and which it cannot", async () => {
  await using machine = await makeMachine({ "proc/meminfo": "MemTotal: 2030356 kB" });
  const { status, error, notes, value } = await collectFrom(machine.host);
  assertEquals([status, error], ["failed", `nothing can be read in ${machine.host.roots.sys}`]);
  assertEquals(notes, ["tells nothing: /proc/{cpuinfo,filesystems,partitions}"]);
  assertEquals(value, {
    memory: { usableBytes: 2079084544 },
    // deno-fmt-ignore
    unread: ["network", "disks", "pci", "cards", "usb", "cpu", "numa", "edac", "infiniband", "fibreChannel", "iscsi", "clock", "os", "firmware"],
  });
  const denied = refusing(machine.host, (path) => path.startsWith("/sys") ? "denied" : undefined);
  assertEquals((await collectFrom(denied)).status, "failed");
});

Deno.test("hostfsCollector names the files that every machine has where they tell nothing", async () => {
  await using machine = await makeMachine({ ...SERVER, "proc/partitions": "", "proc/cpuinfo": "" });
  const { status, notes } = await collectFrom(machine.host);
  assertEquals([status, notes], ["ok", [
    "tells nothing: /proc/{cpuinfo,filesystems,partitions}",
  ]]);
});

Deno.test("hostfsCollector loses one subject where one breaks", async () => {
  await using machine = await makeMachine(SERVER);
  const broken = refusing(machine.host, (path) => path === "/sys/bus/pci/devices" ? new Error("boom") : undefined);
  const { status, error, value } = await collectFrom(broken);
  assertEquals([status, error], ["failed", "cards: boom; pci: boom"]);
  assertEquals([value?.nics?.length, value?.disks?.length, "pci" in value!], [1, 1, false]);
});

Deno.test("hostfsCollector hands on what is ready while a file does not answer", async () => {
  await using machine = await makeMachine(SERVER);
  const hanging = {
    ...machine.host,
    read: (path: string) => path.endsWith("/serial") ? new Promise<never>(() => {}) : machine.host.read(path),
  };
  let latest: HostFs | undefined;
  const ready = new Promise<void>((resolve) => {
    const partial = (value: HostFs) => {
      latest = value;
      if (value.nics && value.pci && value.memory && value.volatile?.cpuMHz && value.volatile.uptimeSeconds) resolve();
    };
    hostfsCollector({ includeSecrets: false }).collect(hanging, { signal: new AbortController().signal, partial });
  });
  await ready;
  assertEquals([latest?.nics?.length, latest?.pci?.length, latest?.disks], [1, 1, undefined]);
});

Deno.test("hostfsCollector has come to no end where a file gave no answer in time, so that its facts are kept", async () => {
  await using machine = await makeMachine(SERVER);
  const slow: Host = {
    ...machine.host,
    read: (path) =>
      path.endsWith("/serial") ? Promise.resolve({ why: "late", message: "no answer" }) : machine.host.read(path),
  };
  const context = { signal: new AbortController().signal, partial: () => {} };
  const { status, error, value } = await hostfsCollector({ includeSecrets: false }).collect(slow, context);
  assertEquals([status, value?.disks?.length], ["timeout", 1]);
  assertMatch(error!, /no answer: \/sys\/block\/.*serial/);
});

Deno.test("hostfsCollector tells the same in the same order each time on an unchanged machine", async () => {
  await using machine = await makeMachine(SERVER);
  const run = async () => JSON.stringify(await collectFrom(machine.host));
  const first = await run();
  for (let i = 0; i < 5; i++) assertEquals(await run(), first);
});

Deno.test("hostfsCollector survives a machine of empty files, of noise, and of folders for files", async () => {
  for (
    const [what, content] of [["empty", ""], ["noise", "\xff\0=:\n:=\x80 \u0001__proto__=1\n"], [
      "folder",
      null,
    ]] as const
  ) {
    const entries = Object.entries(SERVER).map(([path, old]) =>
      [path, typeof old === "string" && old.startsWith("-> ") ? old : content] as const
    );
    await using machine = await makeMachine(Object.fromEntries(entries));
    const { status, value } = await collectFrom(machine.host);
    // Of folders for files nothing can be read: /proc is then as good as not there.
    assertEquals(status, content === null ? "failed" : "ok", what);
    assertEquals(value?.disks?.map(({ name, sizeBytes }) => [name, sizeBytes]), [["vda", undefined]], what);
    assertEquals(value?.nics?.map(({ name, mac }) => [name, mac]), [["eth0", undefined]], what);
    assert(!/null|undefined|NaN/.test(JSON.stringify(value)), what);
  }
});

Deno.test("hostfsCollector agrees with this machine's own tools", async () => {
  const host = createLocalHost({ roots: { proc: "/proc", sys: "/sys", dev: "/dev" } });
  const { status, value } = await collectFrom(host);
  assertEquals(status, "ok");
  const { nics, interfaces, disks, cpu, memory, os } = value!;
  const names = [...nics!, ...interfaces!].map(({ name }) => name).sort();
  const listed = [...Deno.readDirSync("/sys/class/net")].filter(({ isSymlink }) => isSymlink).map(({ name }) => name);
  assertEquals(names, listed.sort());
  assertEquals(nics!.filter(({ physical }) => physical).map(({ name }) => name), valueOf(await physicalNics(host)));
  const addresses = [...nics!, ...interfaces!].flatMap((one) => one.addresses ?? []).map(({ address }) => address);
  assertEquals(addresses.sort(), Deno.networkInterfaces().map(({ address }) => address).sort());
  const stat = Deno.readTextFileSync("/proc/stat");
  assertEquals(cpu?.logical?.length, stat.match(/^cpu\d+ /gm)?.length);
  assertEquals(memory?.usableBytes, Deno.systemMemoryInfo().total);
  assertEquals(os?.kernel, Deno.osRelease());
  assertStringIncludes(Deno.hostname(), os?.hostname ?? "no name");
  const sizes = new Map(
    Deno.readTextFileSync("/proc/partitions").split("\n").map((line) => {
      const [_major, _minor, blocks, name] = line.trim().split(/\s+/);
      return [name, Number(blocks) * 1024];
    }),
  );
  for (const { name, sizeBytes } of disks!) assertEquals(sizeBytes, sizes.get(name), name);
});

Deno.test("eachDevice() asks a few at a time, and answers in the order of the devices", async () => {
  let asked = 0, most = 0;
  const answers = await eachDevice(Array.from({ length: 100 }, (_, i) => i), async (i) => {
    most = Math.max(most, ++asked);
    for (let turn = i % 7; turn >= 0; turn--) await Promise.resolve();
    asked--;
    return i;
  });
  assertEquals(answers, answers.toSorted((a, b) => a - b));
  assertEquals([answers.length, most], [100, 8]);
});
