import { tempFolder } from "../../temp_folder.ts";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { listNames, readLine, valueOf } from "../../../collectors/host/mod.ts";
import { followLinks } from "../../../collectors/host/links.ts";
import { recordingHost } from "../../../collectors/host/recording.ts";
import { openReplay } from "../../../collectors/host/replay.ts";
import { createLocalHost } from "../../../collectors/host/local.ts";

const LINKS: Record<string, string> = {
  "/sys/class/net/eth0": "../../devices/pci0000:00/0000:00:03.0/net/eth0",
  "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/device": "../../../0000:00:03.0",
  "/sys/loop": "loop",
  "/sys/out": "/etc",
};

Deno.test("followLinks() gives the path without links, and undefined for a loop or a whole path", async () => {
  const follow = (path: string) => followLinks(path, (here) => LINKS[here]);
  assertEquals(await follow("/sys/class/net/eth0/mtu"), "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/mtu");
  assertEquals(await follow("/sys/class/net/eth0/device/vendor"), "/sys/devices/pci0000:00/0000:00:03.0/vendor");
  assertEquals(await follow("/sys/loop"), undefined);
  assertEquals(await follow("/sys/out/passwd"), undefined);
});

/** /sys with a link from class/net to devices. */
async function tree(folder: string): Promise<void> {
  const device = join(folder, "sys/devices/pci0000:00/0000:00:03.0");
  await Deno.mkdir(join(device, "net/eth0"), { recursive: true });
  await Deno.mkdir(join(folder, "sys/class/net"), { recursive: true });
  await Deno.writeTextFile(join(device, "net/eth0/mtu"), "1500\n");
  await Deno.writeTextFile(join(device, "vendor"), "0x1af4\n");
}

Deno.test("openReplay() answers from a list of links as from links", async () => {
  const folder = await tempFolder();
  await tree(folder);
  const links = Object.fromEntries(Object.entries(LINKS).slice(0, 2));
  await Deno.writeTextFile(join(folder, "links.json"), JSON.stringify({ ...links, "/sys/class/net/evil": "/etc" }));
  const host = await openReplay(folder);
  assertEquals(valueOf(await listNames(host, "/sys/class/net")), ["eth0", "evil"]);
  assertEquals(await host.link("/sys/class/net/eth0"), { value: links["/sys/class/net/eth0"] as string });
  assertEquals(await host.link("/sys/class/net/eth0/device"), { value: "../../../0000:00:03.0" });
  assertEquals(valueOf(await readLine(host, "/sys/class/net/eth0/mtu")), "1500");
  assertEquals(valueOf(await readLine(host, "/sys/class/net/eth0/device/vendor")), "0x1af4");
  const evil = await host.read("/sys/class/net/evil/passwd");
  assertEquals("why" in evil && evil.why, "denied");
});

Deno.test("recordingHost() lists the links where the program may not make any", async () => {
  const folder = await tempFolder();
  await tree(folder);
  await Deno.symlink(LINKS["/sys/class/net/eth0"]!, join(folder, "sys/class/net/eth0"));
  const program = `
    import { createLocalHost } from "${new URL("../../../collectors/host/local.ts", import.meta.url)}";
    import { recordingHost } from "${new URL("../../../collectors/host/recording.ts", import.meta.url)}";
    const host = recordingHost(createLocalHost({ roots: { sys: "${folder}/sys" } }), "${folder}/recording", { includeSecrets: false });
    await host.read("/sys/class/net/eth0/mtu");
    await host.finish();`;
  await Deno.writeTextFile(join(folder, "program.ts"), program);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-lock",
      `--config=${new URL("../../../deno.json", import.meta.url).pathname}`,
    ]
      .concat(["--allow-read=/tmp", "--allow-write=/tmp", "--allow-sys=uid", join(folder, "program.ts")]),
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  const scoped = await openReplay(join(folder, "recording"));
  assertEquals(valueOf(await readLine(scoped, "/sys/class/net/eth0/mtu")), "1500");

  const free = recordingHost(createLocalHost({ roots: { sys: join(folder, "sys") } }), join(folder, "free"), {
    includeSecrets: false,
  });
  await free.read("/sys/class/net/eth0/mtu");
  await free.finish();
  assertEquals(await Deno.readLink(join(folder, "free/sys/class/net/eth0")), LINKS["/sys/class/net/eth0"]);
});

Deno.test("recordingHost() keeps empty folders where only files are carried on", async () => {
  const folder = await tempFolder();
  await Deno.mkdir(join(folder, "sys/firmware/memmap"), { recursive: true });
  const host = recordingHost(createLocalHost({ roots: { sys: join(folder, "sys") } }), join(folder, "recording"), {
    includeSecrets: false,
  });
  const listed = await host.list("/sys/firmware");
  await host.finish();
  assertEquals(listed, { value: [{ name: "memmap", kind: "folder" }] });
  assertEquals([...Deno.readDirSync(join(folder, "recording/sys/firmware/memmap"))].map(({ name }) => name), [
    ".empty",
  ]);
  const replay = await openReplay(join(folder, "recording"));
  assertEquals(await replay.list("/sys/firmware"), listed);
  assertEquals(await replay.list("/sys/firmware/memmap"), { value: [] });
});
