/** Small machines as folders of files and links, read through the real LocalHost. */
import { dirname, join } from "@std/path";
import type { Collected } from "../../../../collectors/tools/collector.ts";
import type { Host, InterfaceAddress } from "../../../../collectors/host/mod.ts";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import { type HostFs, hostfsCollector } from "../../../../collectors/tools/kernel/mod.ts";

/** Path without the leading slash to content; "-> target" is a symbolic link, null a folder without anything in it. */
export type Entries = Record<string, string | Uint8Array | null>;

/** Lays `entries` down in a temporary folder; `addresses` is what the kernel says of the interfaces. */
export async function makeMachine(
  entries: Entries,
  addresses: InterfaceAddress[] = [],
): Promise<AsyncDisposable & { host: Host; folder: string }> {
  const folder = await Deno.makeTempDir({ prefix: "hostfs" });
  for (const [path, content] of Object.entries(entries)) {
    const place = join(folder, path);
    await Deno.mkdir(content === null ? place : dirname(place), { recursive: true });
    if (content === null) continue;
    if (typeof content !== "string") await Deno.writeFile(place, content);
    else if (content.startsWith("-> ")) await Deno.symlink(content.slice(3), place);
    else await Deno.writeTextFile(place, `${content}\n`);
  }
  const roots = { proc: join(folder, "proc"), sys: join(folder, "sys"), dev: join(folder, "dev") };
  const osRelease = join(folder, "etc/os-release");
  return {
    host: { ...createLocalHost({ roots, osRelease }), addresses: () => Promise.resolve({ value: addresses }) },
    folder,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** What hostfs makes of a machine. */
export async function collectFrom(host: Host): Promise<Collected<HostFs>> {
  return await hostfsCollector({ includeSecrets: false }).collect(host, {
    signal: new AbortController().signal,
    partial: () => {},
  });
}

/** What hostfs makes of the machine that `entries` describe; it has to succeed. */
export async function hostFsOf(entries: Entries, addresses: InterfaceAddress[] = []): Promise<HostFs> {
  await using machine = await makeMachine({ "proc/version": "Linux", "sys/kernel": null, ...entries }, addresses);
  const { value } = await collectFrom(machine.host);
  return value ?? {};
}

/** `entries` below `folder`. */
export function below(folder: string, entries: Entries): Entries {
  return Object.fromEntries(Object.entries(entries).map(([path, content]) => [`${folder}/${path}`, content]));
}

/** A disk at `path` below /sys/devices, its own files, and those of the device that it belongs to. */
export function disk(path: string, own: Entries, device: Entries = {}): Entries {
  const name = path.slice(path.lastIndexOf("/") + 1);
  // SCSI and virtio disks stand in a folder "block" of their device, an NVMe namespace in its controller.
  const up = path.includes("/block/") ? "../.." : "..";
  return {
    [`sys/block/${name}`]: `-> ../devices/${path}`,
    [`sys/devices/${path}/device`]: `-> ${up}`,
    ...below(`sys/devices/${path}`, own),
    ...below(join("sys/devices", path, up), device),
  };
}

/** An interface at `path` below /sys/devices ("pci0000:00/0000:00:03.0/net/eth0"), and its device's files. */
export function nic(path: string, own: Entries, device: Entries = {}): Entries {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return {
    [`sys/class/net/${name}`]: `-> ../../devices/${path}`,
    ...(path.startsWith("virtual/net/") ? {} : { [`sys/devices/${path}/device`]: "-> ../.." }),
    ...below(`sys/devices/${path}`, own),
    ...below(join("sys/devices", path, "../.."), device),
  };
}

/** A PCI device at `path` below /sys/devices. */
export function pciDevice(path: string, files: Entries): Entries {
  const address = path.slice(path.lastIndexOf("/") + 1);
  return {
    [`sys/bus/pci/devices/${address}`]: `-> ../../../devices/${path}`,
    ...below(`sys/devices/${path}`, files),
  };
}

/** Bytes of a text of one byte a character. */
export function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
