import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "@std/path";
import { describeFailure, type Host, readLine, readText, valueOf } from "../../../collectors/host/mod.ts";
import { BundleError } from "../../../collectors/host/bundle.ts";
import { openReplay } from "../../../collectors/host/replay.ts";
import { physicalNics } from "../../../collectors/tools/kernel/physical_nics.ts";
import { withFolder } from "./support.ts";

/** Writes a recording by hand: each file by its name, a value that is no text as JSON. */
async function withBundle(files: Record<string, unknown>, test: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const bundle = join(folder, "bundle");
    await Deno.mkdir(bundle);
    for (const [name, content] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(bundle, name)), { recursive: true });
      await Deno.writeTextFile(join(bundle, name), typeof content === "string" ? content : JSON.stringify(content));
    }
    await test(bundle);
  });
}

async function failureOf(host: Host, tool: string, ...args: string[]): Promise<string> {
  return describeFailure(tool, await host.run(tool, args));
}

Deno.test("openReplay() answers from a recording made by hand", async () => {
  await withBundle({
    "commands.json": [
      { argv: "dmidecode", stdout: "dmidecode.txt" },
      { argv: "lscpu  -J ", stdout: "lscpu.json" },
      { argv: ["ipmitool", "mc", "info"], code: 1, stderr: "ipmi.txt" },
      { argv: ["lshw", "-json"], failure: "timeout" },
      { argv: "dmidecode", stdout: "again/dmidecode.txt" },
    ],
    "dmidecode.txt": "# dmidecode 3.3",
    "again/dmidecode.txt": "# dmidecode 3.4\r\n",
    "lscpu.json": "{}",
    "ipmi.txt": "Could not open device",
    "sys/class/net/eth0/address": "52:54:00:12:34:56\n",
    "proc/version": "Linux version 6.1\n",
  }, async (folder) => {
    const host = await openReplay(folder);
    assertEquals(host.problems, []);
    assertEquals(host.roots, { proc: "/proc", sys: "/sys", dev: "/dev" });
    assertEquals(await host.run("dmidecode", []), { code: 0, stdout: "# dmidecode 3.4\r\n", stderr: "", elapsedMs: 0 });
    assertEquals((await host.run("lscpu", ["-J"])).stdout, "{}");
    assertEquals(await failureOf(host, "lscpu"), 'lscpu: the recording has no "lscpu", but "lscpu -J"');
    assertEquals(await failureOf(host, "ipmitool", "mc", "info"), "ipmitool: exit code 1: Could not open device");
    assertEquals((await host.run("lshw", ["-json"])).failure, "timeout");
    assertEquals(valueOf(await readLine(host, "/sys/class/net/eth0/address")), "52:54:00:12:34:56");
    assertEquals(await host.list("/sys/class/net"), { value: [{ name: "eth0", kind: "folder" }] });
    for (const path of ["/proc/cpuinfo", "/dev", "/etc/os-release", "/commands.json"]) {
      const answer = await host.read(path);
      assertEquals("why" in answer && answer.why, "absent", path);
    }
    const addresses = await host.addresses();
    assertEquals("why" in addresses && addresses.why, "absent");
    assertEquals(await host.start("lldpad", []), undefined);
  });
});

Deno.test("openReplay() takes a list without commands for a machine without anything, and an empty folder for none", async () => {
  await withFolder(async (folder) => {
    await assertRejects(() => openReplay(folder), BundleError, "found nothing, expected a recording");
    await Deno.writeTextFile(join(folder, "commands.json"), "[]");
    const host = await openReplay(folder);
    assertEquals(host.problems, []);
    assertEquals(await failureOf(host, "lshw", "-json"), "lshw: not installed");
    assertEquals(valueOf(await physicalNics(host)), undefined);
  });
});

Deno.test("openReplay() says what it has of a tool instead of what is asked for", async () => {
  await withBundle({ "commands.json": [{ argv: "sudo /usr/bin/lshw", stdout: "lshw.txt" }] }, async (folder) => {
    const host = await openReplay(folder);
    assertEquals(
      await failureOf(host, "lshw", "-json"),
      'lshw: the recording has no "lshw -json", but "sudo /usr/bin/lshw"',
    );
    assertEquals(await failureOf(host, "dmidecode"), "dmidecode: not installed");
  });
});

Deno.test("openReplay() refuses what is no recording, in one line", async () => {
  await withBundle({ file: "" }, async (folder) => {
    for (
      const [commands, expected] of [
        ["", 'commands.json: found "", expected JSON'],
        ["{ argv:", 'commands.json: found "{ argv:", expected JSON'],
        ['{"argv": ["lshw"]}', 'commands.json: found {"argv":["lshw"]}, expected a list'],
        ["null", "commands.json: found null, expected a list"],
      ] as const
    ) {
      await Deno.writeTextFile(join(folder, "commands.json"), commands);
      const error = await assertRejects(() => openReplay(folder), BundleError);
      assertEquals((error as unknown as Error).message, `${folder}/${expected}`);
    }
    for (const [path, found] of [["none", "No such file or directory"], ["file", "found a file"]] as const) {
      const error = await assertRejects(() => openReplay(join(folder, path)), BundleError);
      assertEquals(
        (error as unknown as Error).message,
        `${folder}/${path}: ${found}, expected a folder with a recording`,
      );
    }
  });
});

Deno.test("openReplay() refuses a folder in which nothing is of a recording", async () => {
  for (
    const [files, found] of [
      [{ "node17/commands.json": "[]" }, "node17"],
      [{ "a.txt": "", "b.txt": "", "c.txt": "", "d.txt": "" }, "a.txt, b.txt, c.txt, …"],
    ] as const
  ) {
    await withBundle(files, async (folder) => {
      const error = await assertRejects(() => openReplay(folder), BundleError);
      assertEquals(
        (error as unknown as Error).message,
        `${folder}: found ${found}, expected a recording: commands.json, proc, sys, dev`,
      );
    });
  }
});

Deno.test("openReplay() lets a broken entry cost its own command only", async () => {
  const good = { argv: ["good"], stdout: "out" };
  const broken = [
    "lshw",
    null,
    {},
    { argv: [] },
    { argv: ["lshw", 1] },
    { argv: "" },
    { argv: ["a"], code: "0" },
    { argv: ["b"], code: 1.5 },
    { argv: ["c"], failure: "broken" },
    { argv: ["d"], stdout: ["x"] },
    { argv: ["e"], elapsedMs: -1 },
  ];
  await withBundle({ "commands.json": [...broken, good], out: "fine" }, async (folder) => {
    const host = await openReplay(folder);
    assertEquals((await host.run("good", [])).stdout, "fine");
    assertEquals(host.problems, [
      'commands.json: entry 1: found "lshw", expected an object',
      "commands.json: entry 2: found null, expected an object",
      "commands.json: entry 3: argv: found nothing, expected a list of words",
      "commands.json: entry 4: argv: found [], expected a list of words",
      'commands.json: entry 5: argv: found ["lshw",1], expected a list of words',
      'commands.json: entry 6: argv: found [""], expected a list of words',
      'commands.json: entry 7: code: found "0", expected an exit code',
      "commands.json: entry 8: code: found 1.5, expected an exit code",
      'commands.json: entry 9: failure: found "broken", expected missing, timeout, flood, failed',
      'commands.json: entry 10: stdout: found ["x"], expected the name of a file',
      "commands.json: entry 11: elapsedMs: found -1, expected milliseconds",
    ]);
    assertEquals(
      await failureOf(host, "a"),
      'a: could not be run: the recording is broken: commands.json: entry 7: code: found "0", expected an exit code',
    );
    assertEquals((await host.run("a", [])).failure, "failed");
  });
});

Deno.test("openReplay() says which file of a command is missing", async () => {
  await withBundle({
    "commands.json": [{ argv: ["lshw"], stdout: "lshw.json" }, { argv: ["lscpu"], stdout: "sys" }],
    "sys/x": "",
  }, async (folder) => {
    const host = await openReplay(folder);
    const broken = "could not be run: the recording is broken:";
    assertEquals(await failureOf(host, "lshw"), `lshw: ${broken} lshw.json: No such file or directory`);
    assertEquals(await failureOf(host, "lscpu"), `lscpu: ${broken} sys: no regular file`);
  });
});

Deno.test("openReplay() tells of lists that are broken, and goes on without them", async () => {
  await withBundle({
    "addresses.json": [{ interface: "eth0", family: "IPv5" }],
    "unreadable.json": "{",
    "roots.json": { proc: "/proc" },
  }, async (folder) => {
    const host = await openReplay(folder);
    assertEquals(host.problems, [
      'unreadable.json: found "{", expected JSON',
      'addresses.json: family: found "IPv5", expected IPv4 or IPv6',
      "roots.json: sys: found nothing, expected a path",
    ]);
    assertEquals(host.roots, { proc: "/proc", sys: "/sys", dev: "/dev" });
    assertEquals(await host.addresses(), { why: "failed", message: host.problems[1]! });
  });
});

Deno.test("openReplay() reads nothing outside the folder", async () => {
  const names = ["../outside", "/etc/hostname", "etc/../../outside", "sys/out", "sys/up/outside"];
  const commands = names.map((name, i) => ({ argv: [`tool${i}`], stdout: name }));
  await withBundle({ "commands.json": commands, "sys/file": "inside" }, async (folder) => {
    await Deno.writeTextFile(join(folder, "../outside"), "outside");
    const links = {
      "sys/out": "../../outside",
      "sys/up": "../..",
      "sys/etc": "/etc",
      "sys/self": "self",
      "proc": "/proc",
      "sys/in": "../sys/./file",
    };
    for (const [name, target] of Object.entries(links)) await Deno.symlink(target, join(folder, name));
    const host = await openReplay(folder);
    for (const i of names.keys()) {
      const result = await host.run(`tool${i}`, []);
      assertEquals([result.failure, result.stdout], ["failed", ""], names[i]!);
    }
    const denied = ["/sys/out", "/sys/up/outside", "/sys/etc/passwd", "/proc/version", "/sys/../../outside"];
    for (const path of denied) {
      assertEquals(await host.read(path), { why: "denied", message: `${path}: leads out of the recording` });
    }
    assertEquals(await host.list("/sys/up"), { why: "denied", message: "/sys/up: leads out of the recording" });
    assertEquals(await host.link("/sys/up/outside"), {
      why: "denied",
      message: "/sys/up/outside: leads out of the recording",
    });
    const loop = await host.read("/sys/self");
    assertEquals("why" in loop && loop.why, "failed");
    assertEquals(valueOf(await readText(host, "/sys/in")), "inside");
    assertEquals(await host.link("/sys/etc"), { value: "/etc" });
  });
});

Deno.test("openReplay() does not wait for a FIFO, nor read what is too big", async () => {
  await withBundle(
    { "commands.json": [{ argv: ["a"], stdout: "fifo" }, { argv: ["b"], stdout: "big" }] },
    async (folder) => {
      await new Deno.Command("mkfifo", { args: [join(folder, "fifo")] }).output();
      await Deno.writeTextFile(join(folder, "big"), "");
      await Deno.truncate(join(folder, "big"), 16 * 1024 * 1024 + 1);
      const host = await openReplay(folder);
      assert((await failureOf(host, "a")).endsWith("fifo: no regular file"));
      assert((await failureOf(host, "b")).endsWith("big: more than 16 MiB"));
    },
  );
});

Deno.test("openReplay() takes a file under dev for a device", async () => {
  await withBundle({ "dev/ipmi0": "" }, async (folder) => {
    const host = await openReplay(folder);
    assertEquals(await host.list("/dev"), { value: [{ name: "ipmi0", kind: "other" }] });
    assertEquals(await host.read("/dev/ipmi0"), { why: "failed", message: "/dev/ipmi0: no regular file" });
  });
});

Deno.test("openReplay() says of what could not be read why not", async () => {
  const serial = { asked: "read", path: "/sys/class/dmi/id/product_serial", why: "denied", message: "root only" };
  const byHand = { asked: "list", path: "/sys/class/tpm", why: "failed" };
  const files = { "unreadable.json": [serial, byHand], "sys/class/dmi/id/product_serial": "" };
  await withBundle(files, async (folder) => {
    const host = await openReplay(folder);
    assertEquals(await host.list("/sys/class/tpm"), { why: "failed", message: "" });
    assertEquals(await host.read("/sys/class/dmi/id/product_serial"), { why: "denied", message: "root only" });
    assertEquals(await host.list("/sys/class/dmi/id"), { value: [{ name: "product_serial", kind: "file" }] });
  });
});

Deno.test("openReplay() lists the links of links.json among the rest, by name", async () => {
  const links = { "/sys/class/net/eth0": "../../devices/eth0", "/sys/class/net/wg0": "../../devices/wg0" };
  await withBundle(
    { "links.json": links, "sys/class/net/bonding_masters": "", "sys/class/net/lo/mtu": "" },
    async (folder) => {
      const listed = await (await openReplay(folder)).list("/sys/class/net");
      assertEquals("value" in listed && listed.value.map(({ name, kind }) => `${name} ${kind}`), [
        "bonding_masters file",
        "eth0 link",
        "lo folder",
        "wg0 link",
      ]);
    },
  );
});
