/** A read that fails is no word of the machine's: whatever the error, nothing that was known is forgotten. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { fingerprint, keepLastGood } from "../../collectors/facts/change.ts";
import { readIdentity } from "../../collectors/facts/identity.ts";
import { attempt } from "../../collectors/host/files.ts";
import type { Host, Read, Unknown } from "../../collectors/host/mod.ts";
import { collectParts, type Parts } from "../../collectors/mod.ts";
import { below, disk, type Entries, makeMachine, nic, pciDevice } from "./tools/kernel/tree.ts";

const PCI = "pci0000:00/0000:00:03.0";
const MACHINE: Entries = {
  ...nic(`${PCI}/net/eth0`, { address: "52:54:00:12:34:56", flags: "0x1003", carrier: "1", addr_assign_type: "0" }),
  ...pciDevice(PCI, { uevent: "PCI_ID=8086:1521" }),
  ...disk("pci0000:00/0000:00:05.0/virtio1/block/vda", { size: "2048", ro: "0" }),
  ...below("sys/class/dmi/id", { sys_vendor: "Dell Inc.", product_uuid: "4c4c4544-0035-5210-8034-b5c04f4e4b32" }),
  ...below("sys/devices/system/memory", { memory0: null }),
  ...below("sys/firmware", { acpi: null }),
  "proc/cmdline": "quiet",
  "proc/cpuinfo": "processor : 0\nmodel name : AMD EPYC\nmicrocode : 0x1",
  "proc/meminfo": "MemTotal: 2030356 kB\nSwapTotal: 0 kB",
  "proc/partitions": "major minor  #blocks  name\n\n 254 0 1024 vda",
  "proc/filesystems": "\text4",
  "proc/sys/kernel/osrelease": "6.1.0",
  "proc/sys/kernel/hostname": "node1",
};
const NEIGHBOUR = "Chassis ID TLV\n\tMAC: 52:54:00:0b:00:02\nPort ID TLV\n\tIfname: Eth1/2\nTime to Live TLV\n\t120\n" +
  "End of LLDPDU TLV\n";

/** What the kernel's errors become, as Deno throws them (errno(3)); the last two have no number. */
const FAILURES: Record<string, () => never> = Object.fromEntries([
  ...[["EMFILE", 24], ["ENFILE", 23], ["ENOMEM", 12], ["EIO", 5], ["ENODEV", 19], ["EAGAIN", 11]].map((
    [code, number],
  ) => [
    code,
    () => {
      throw Object.assign(new Error(`${code} (os error ${number})`), { code });
    },
  ]),
  ["EACCES", () => {
    throw new Deno.errors.PermissionDenied("Permission denied (os error 13)");
  }],
]);

/** The same machine, with an lldpad that hears a neighbour; paths that `fails` names end as `failure` does. */
function machineWith(host: Host, fails: (path: string) => boolean, failure: () => Promise<Unknown>): Host {
  const guarded = <T>(ask: (path: string) => Promise<Read<T>>) => (path: string): Promise<Read<T>> =>
    fails(path) ? failure() : ask(path);
  return {
    ...host,
    run: (tool, args) =>
      Promise.resolve({
        ...(tool === "lldptool" ? { code: 0 } : { failure: "missing" }),
        stdout: args[0] === "get-tlv" ? NEIGHBOUR : "",
        stderr: "",
        elapsedMs: 1,
      }),
    read: guarded(host.read),
    list: guarded(host.list),
    link: guarded(host.link),
    addresses: () => guarded(() => host.addresses())("addresses"),
  };
}

const PATHS: [string, (path: string) => boolean][] = [
  ["everything", () => true],
  ["every list", (path) => /^\/sys\/class\/(net|tpm|dmi\/id)$|^\/sys\/block$|\/devices$|^\/dev/.test(path)],
  ["every link", (path) => /\/(device|physfn|eth0|vda)$/.test(path)],
  ["every file of the NIC", (path) => path.includes("eth0/")],
  ["every file of the disk", (path) => path.includes("vda/")],
  ["the addresses", (path) => path === "addresses"],
  ["/proc", (path) => path.startsWith("/proc/")],
  ["/sys", (path) => path.startsWith("/sys/")],
];

/** All that must not get lost: what the parts say, but for times and what changes by itself. */
function factsIn(parts: Parts): unknown {
  const { volatile: _, ...hostfs } = parts.hostfs?.value ?? {};
  return { hostfs, lldptool: parts.lldptool?.value };
}

for (const [errno, raise] of [...Object.entries(FAILURES), ["late", undefined] as const]) {
  const failure = async (): Promise<Unknown> =>
    raise ? await attempt("/path", () => Promise.resolve(raise())) as Unknown : { why: "late", message: "no answer" };

  Deno.test(`no fact is lost where reads end with ${errno}`, async () => {
    assertEquals((await failure()).why, raise ? errno === "EACCES" ? "denied" : "failed" : "late");
    await using machine = await makeMachine(MACHINE, [
      { interface: "eth0", family: "IPv4", address: "10.0.0.2", netmask: "255.255.255.0" },
    ]);
    const collect = (host: Host) => collectParts(host, { only: ["nics", "neighbours"] });
    const good = machineWith(machine.host, () => false, failure);
    const before = await collect(good), fingerprintBefore = await fingerprint(good);
    assertEquals([before.hostfs!.source.status, before.lldptool!.source.status], ["ok", "ok"]);
    assertEquals(before.lldptool!.value!.neighbours.length, 1);
    const identity = await readIdentity(good);
    assertEquals([identity.identity.macs.length, identity.unknown], [1, []]);

    for (const [what, fails] of PATHS) {
      // A plain user may not read single files, and reads the rest of the machine without them.
      if (errno === "EACCES" && what !== "everything" && what !== "every list") continue;
      const bad = machineWith(machine.host, fails, failure);
      const now = await collect(bad);
      assertEquals(factsIn(keepLastGood(before, now)), factsIn(before), what);
      assert([undefined, fingerprintBefore].includes(await fingerprint(bad)), what);
      const { identity: read, unknown } = await readIdentity(bad);
      const isSame = JSON.stringify(read) === JSON.stringify(identity.identity);
      assert(isSame || errno === "EACCES" || unknown.length > 0, what);
    }
  });
}

Deno.test("what a machine no longer has is forgotten although another subject cannot be read", async () => {
  await using machine = await makeMachine(MACHINE);
  const fine = machineWith(machine.host, () => false, () => Promise.reject());
  const before = await collectParts(fine, { only: ["nics"] });
  await Deno.remove(`${machine.folder}/sys/block/vda`);
  const failing = machineWith(machine.host, (path) => path.includes("eth0"), () => {
    return Promise.resolve({ why: "failed", message: "Too many open files" });
  });
  const { value, source } = keepLastGood(before, await collectParts(failing, { only: ["nics"] })).hostfs!;
  assertEquals([value!.nics!.length, value!.disks], [1, []]);
  assertEquals([source.status, source.keptFrom], ["failed", before.hostfs!.collectedAt]);
  assertEquals(source.kept, { network: before.hostfs!.collectedAt });
});

Deno.test("no fact is lost in a process that may open no more files (prlimit --nofile)", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", fromFileUrl(new URL("./few_files.ts", import.meta.url))],
    stdin: "piped",
    stdout: "piped",
    signal: AbortSignal.timeout(60_000),
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const writer = child.stdin.getWriter();
  const collect = async () => {
    await writer.write(new TextEncoder().encode("\n"));
    let line = "";
    while (!line.endsWith("\n")) line += (await lines.read()).value ?? "\n";
    return JSON.parse(line);
  };
  const { hostfs, dmidecode, fingerprint, lost } = await collect();
  assertEquals([lost.hostfs, typeof fingerprint], ["ok", "string"]);
  const open = [...Deno.readDirSync(`/proc/${child.pid}/fd`)].length;
  const failed = new Set<string>();
  for (const more of [-4, 0, 1, 2, 4, 8, 12]) {
    const limit = `--nofile=${open + more}:4096`;
    await new Deno.Command("prlimit", { args: ["--pid", String(child.pid), limit] }).output();
    const now = await collect();
    assertEquals([now.hostfs, now.dmidecode], [hostfs, dmidecode], limit);
    assert(now.fingerprint === undefined || now.fingerprint === fingerprint, limit);
    failed.add(now.lost.hostfs);
  }
  assert(failed.has("failed"), "the limits were too wide to be felt");
  await writer.close();
  await lines.cancel();
  assertEquals((await child.status).code, 0);
});
