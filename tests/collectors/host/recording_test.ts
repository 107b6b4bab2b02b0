import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import fc from "fast-check";
import type { Host } from "../../../collectors/host/mod.ts";
import { readText, valueOf } from "../../../collectors/host/mod.ts";
import { createLocalHost, type LocalHost } from "../../../collectors/host/local.ts";
import { recordingHost } from "../../../collectors/host/recording.ts";
import { BundleError } from "../../../collectors/host/bundle.ts";
import { openReplay } from "../../../collectors/host/replay.ts";
import { withFolder, writeTool } from "./support.ts";
import { slowness } from "../../load.ts";

type Question = (host: Host) => Promise<unknown>;
const run = (...[tool, ...args]: [string, ...string[]]): Question => async (host) => {
  const { elapsedMs: _, ...result } = await host.run(tool, args, {
    timeoutMs: tool === "slow" ? 200 * slowness() : 10_000,
  });
  return result;
};
const read = (path: string): Question => (host) => host.read(path);
const list = (path: string): Question => (host) => host.list(path);
const link = (path: string): Question => (host) => host.link(path);

async function ask(host: Host, questions: readonly Question[]): Promise<unknown[]> {
  return await Promise.all(questions.map((question) => question(host)));
}

/** Asks `inner` through a recorder, then the recording, which must answer the same. */
async function assertSameReplayed(inner: Host, bundle: string, questions: readonly Question[]): Promise<void> {
  const recorder = recordingHost(inner, bundle, { includeSecrets: false });
  const live = await ask(recorder, questions);
  await recorder.finish();
  const replay = await openReplay(bundle);
  assertEquals(replay.problems, []);
  for (const [i, answer] of (await ask(replay, questions)).entries()) {
    assertEquals(withoutWords(answer), withoutWords(live[i]), `question ${i}`);
  }
}

/** Why something is absent is told in other words by a recording. */
function withoutWords(answer: unknown): unknown {
  const isAbsent = typeof answer === "object" && answer !== null && "why" in answer && answer.why === "absent";
  return isAbsent ? { why: "absent" } : answer;
}

/** Every file of a folder with its content, every link with its target. */
async function contents(folder: string, path = ""): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(join(folder, path))) {
    const here = `${path}/${name}`;
    if (isSymlink) all[here] = `-> ${await Deno.readLink(join(folder, here))}`;
    else if (isDirectory) Object.assign(all, { [here]: "folder" }, await contents(folder, here));
    else all[here] = await Deno.readTextFile(join(folder, here));
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => a < b ? -1 : 1));
}

/** A made-up machine: a NIC in a web of links, some tools. */
async function withMachine(test: (host: LocalHost, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const device = join(folder, "sys/devices/pci0000:00/0000:00:03.0");
    for (const path of ["net/eth0", "driver"]) await Deno.mkdir(join(device, path), { recursive: true });
    for (const path of ["sys/class/net", "proc", "dev/disk/by-id", "tools"]) {
      await Deno.mkdir(join(folder, path), { recursive: true });
    }
    await Deno.symlink("../../devices/pci0000:00/0000:00:03.0/net/eth0", join(folder, "sys/class/net/eth0"));
    await Deno.symlink("../../../0000:00:03.0", join(device, "net/eth0/device"));
    await Deno.writeTextFile(join(device, "net/eth0/address"), "52:54:00:12:34:56\n");
    await Deno.writeFile(join(device, "config"), new Uint8Array([0x86, 0x80, 0xff, 0]));
    await Deno.writeTextFile(join(device, "vendor"), "0x8086\n");
    await Deno.writeTextFile(join(folder, "sys/class/net/bonding_masters"), "\n");
    await Deno.writeTextFile(join(folder, "proc/cmdline"), "quiet\n");
    // In place of a device: neither is a regular file.
    await new Deno.Command("mkfifo", { args: [join(folder, "dev/sda")] }).output();
    await Deno.symlink("../../sda", join(folder, "dev/disk/by-id/wwn-1"));
    await Deno.symlink("/proc/self/fd", join(folder, "dev/fd"));
    await writeTool(join(folder, "tools/good"), 'echo "said: $*"; echo aside >&2');
    await writeTool(join(folder, "tools/bad"), "printf 'caf\\351\\n'; exit 3");
    await writeTool(join(folder, "tools/dying"), "echo half; kill -SEGV $$");
    await writeTool(join(folder, "tools/slow"), "exec sleep 1000");
    const roots = { proc: join(folder, "proc"), sys: join(folder, "sys"), dev: join(folder, "dev") };
    await test(createLocalHost({ roots, path: `${folder}/tools:/usr/bin:/bin` }), folder);
  });
}

const MACHINE: Question[] = [
  run("good"),
  run("good", "a", "b c"),
  run("good", "a b", "c"),
  run("bad"),
  run("dying"),
  run("slow"),
  run("no-such-tool", "-V"),
  read("/sys/class/net/eth0/address"),
  read("/sys/class/net/eth0/device/config"),
  list("/sys/class/net"),
  link("/sys/class/net/eth0"),
  link("/sys/class/net/eth0/device"),
  link("/sys/class/net/eth0/device/physfn"),
  list("/sys/class/net/eth0/device"),
  read("/sys/class/net/eth0"),
  list("/sys/class/net/eth0/address"),
  read("/sys/no"),
  read("/proc/cmdline"),
  list("/dev"),
  list("/dev/disk/by-id"),
  link("/dev/disk/by-id/wwn-1"),
  link("/dev/fd"),
  read("/etc/os-release"),
  (host) => host.addresses(),
  (host) => Promise.resolve(host.roots),
];

Deno.test("recordingHost() records what openReplay() answers alike", async () => {
  await withMachine(async (host, folder) => {
    const bundle = join(folder, "bundle");
    await assertSameReplayed(host, bundle, MACHINE);
    const files = await contents(bundle);
    assertEquals(files["/sys/class/net/eth0"], "-> ../../devices/pci0000:00/0000:00:03.0/net/eth0");
    assertEquals(files["/sys/devices/pci0000:00/0000:00:03.0/net/eth0/address"], "52:54:00:12:34:56\n");
    assertEquals(files["/sys/devices/pci0000:00/0000:00:03.0/vendor"], "", "listed, not read");
    assertEquals(files["/dev/sda"], "", "a name only");
    const config = join(bundle, "sys/devices/pci0000:00/0000:00:03.0/config");
    assertEquals(await Deno.readFile(config), new Uint8Array([0x86, 0x80, 0xff, 0]));
    assertEquals(files["/commands/good_a_b_c.stdout"], "said: a b c\n");
    assertEquals(files["/commands/good_a_b_c~2.stdout"], "said: a b c\n");
    assertEquals((await Deno.stat(bundle)).mode! & 0o777, 0o700);
  });
});

Deno.test("recordingHost() records the same machine in the same words", async () => {
  await withMachine(async (host, folder) => {
    for (const [bundle, questions] of [["one", MACHINE], ["two", MACHINE.toReversed()]] as const) {
      const recorder = recordingHost(host, join(folder, bundle), { includeSecrets: false });
      for (const question of questions) await question(recorder);
      await recorder.finish();
    }
    assertEquals(withoutTimes(await contents(join(folder, "one"))), withoutTimes(await contents(join(folder, "two"))));
  });
});

/** How long a tool ran that was given up is to a tenth of a second, and no longer the same where the machine is busy. */
function withoutTimes(files: Record<string, string>): Record<string, string> {
  const texts = Object.entries(files).map((
    [name, text],
  ) => [name, text.replace(/"elapsedMs": \d+/g, '"elapsedMs": 0')]);
  return Object.fromEntries(texts);
}

Deno.test("recordingHost() records a recording", async () => {
  await withMachine(async (host, folder) => {
    await assertSameReplayed(host, join(folder, "one"), MACHINE);
    await assertSameReplayed(await openReplay(join(folder, "one")), join(folder, "two"), MACHINE);
    assertEquals(await contents(join(folder, "one")), await contents(join(folder, "two")));
  });
});

Deno.test("recordingHost() records this machine", async () => {
  await withFolder(async (folder) => {
    const host = createLocalHost();
    const nics = await host.list("/sys/class/net");
    const names = "value" in nics ? nics.value.map(({ name }) => name) : [];
    const questions = [
      run("lscpu", "-J"),
      run("dmidecode"),
      run("lshw", "-version"),
      run("ipmitool", "-V"),
      run("lldptool", "get-tlv", "-n", "-i", "lo"),
      ...["/sys/class/net", "/sys/block", "/sys/bus/pci/devices", "/sys/devices/system/cpu", "/dev/disk/by-id"].map(
        list,
      ),
      ...names.flatMap((name) => [
        read(`/sys/class/net/${name}/address`),
        read(`/sys/class/net/${name}/speed`),
        link(`/sys/class/net/${name}/device`),
        link(`/sys/class/net/${name}/device/driver`),
        list(`/sys/class/net/${name}/device`),
      ]),
      read("/etc/os-release"),
      read("/proc/version"),
      (host: Host) => host.addresses(),
    ];
    await assertSameReplayed(host, join(folder, "bundle"), questions);
  });
});

Deno.test("recordingHost() has files of the own process where they are asked for", async () => {
  await withFolder(async (folder) => {
    const bundle = join(folder, "bundle");
    const recorder = recordingHost(createLocalHost({ roots: { proc: "/proc" } }), bundle, { includeSecrets: false });
    const filesystems = valueOf(await readText(recorder, "/proc/self/mountinfo"));
    await recorder.read("/proc/mounts");
    await recorder.finish();
    assertEquals(await Deno.readTextFile(join(bundle, "proc/self/mountinfo")), filesystems);
    assertEquals(await Deno.readLink(join(bundle, "proc/mounts")), "self/mounts");
    assertEquals(valueOf(await readText(await openReplay(bundle), "/proc/self/mountinfo")), filesystems);
  });
});

Deno.test("recordingHost() records what a tool printed before it was given up", async () => {
  await withMachine(async (host, folder) => {
    await writeTool(join(folder, "tools/hanging"), "echo half; exec sleep 1000");
    const recorder = recordingHost(host, join(folder, "bundle"), { includeSecrets: false });
    await recorder.run("hanging", [], { timeoutMs: 300 * slowness() });
    const stop = new AbortController();
    const running = recorder.run("slow", [], { signal: stop.signal });
    await recorder.finish();
    const commands = JSON.parse(await Deno.readTextFile(join(folder, "bundle/commands.json")));
    const [hanging, slow] = commands.map(({ elapsedMs }: { elapsedMs: number }) => elapsedMs);
    assertEquals(commands, [
      { argv: ["hanging"], failure: "timeout", elapsedMs: hanging, stdout: "commands/hanging.stdout" },
      { argv: ["slow"], failure: "timeout", elapsedMs: slow },
    ]);
    assert(hanging >= 300 && slow >= 1000, `${hanging}, ${slow}`);
    assert(hanging % 100 === 0 && slow % 100 === 0, `${hanging}, ${slow}`);
    const { stdout, failure } = await (await openReplay(join(folder, "bundle"))).run("hanging", []);
    assertEquals([stdout, failure], ["half\n", "timeout"]);
    stop.abort();
    await running;
  });
});

Deno.test("recordingHost() never keeps what is in a file under /dev", async () => {
  await withMachine(async (host, folder) => {
    await Deno.writeTextFile(join(folder, "dev/plain"), "content");
    const recorder = recordingHost(host, join(folder, "bundle"), { includeSecrets: true });
    assertEquals(valueOf(await readText(recorder, "/dev/plain")), "content");
    await recorder.finish();
    assertEquals(await Deno.readTextFile(join(folder, "bundle/dev/plain")), "");
  });
});

const EXPECTED = "expected a new folder, or an empty one of your own";

Deno.test("recordingHost() refuses a folder with something in it, which stays as it is, and a file", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "note"), "keep me");
    await Deno.chmod(folder, 0o755);
    const host = createLocalHost();
    const refused = assertThrows(() => recordingHost(host, folder, { includeSecrets: false }), BundleError);
    assertEquals(refused.message, `${folder}: found a folder with something in it, ${EXPECTED}`);
    assertEquals((await Deno.stat(folder)).mode! & 0o777, 0o755);
    assertThrows(() => recordingHost(host, join(folder, "note"), { includeSecrets: false }), BundleError, "note");
    const deep = join(folder, "new/and/deep");
    await recordingHost(host, deep, { includeSecrets: false }).finish();
    assertEquals(await Deno.readTextFile(join(deep, "commands.json")), "[]\n");
  });
});

Deno.test("recordingHost() writes nothing through a link, nor over anything", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "victim"));
    const victim = join(folder, "victim");
    // A machine whose links lead to the victim, and change their mind about what is a link.
    const targets: Record<string, string> = {
      "/sys/a": victim,
      "/sys/b": "../../../victim",
      "/sys/c": "b",
      "/sys/d": "d",
    };
    const asked: Record<string, number> = {};
    const bytes = new TextEncoder().encode("evil");
    const host: Host = {
      ...createLocalHost(),
      link: (path) => {
        asked[path] = (asked[path] ?? 0) + 1;
        const target = targets[path];
        const isLink = target !== undefined && (path !== "/sys/b" || asked[path] > 1);
        return Promise.resolve(isLink ? { value: target } : { why: "absent", message: "" });
      },
      read: () => Promise.resolve({ value: bytes }),
      list: () => Promise.resolve({ value: [{ name: "b", kind: "link" }] }),
    };
    const recorder = recordingHost(host, join(folder, "bundle"), { includeSecrets: true });
    for (const path of ["a/x", "b/x", "c/x", "d/x", "../../victim/x", "b/../../victim/x"]) {
      await recorder.read(`/sys/${path}`);
    }
    await recorder.link("/sys/b");
    await recorder.list("/sys");
    await recorder.read("/sys/b/y");
    await recorder.finish();
    assertEquals(await contents(victim), {});
    assertEquals(await contents(join(folder, "bundle", "sys")), {
      "/a": `-> ${victim}`,
      "/b": "folder",
      "/b/x": "evil",
      "/b/y": "evil",
      "/c": "-> b",
      "/d": "-> d",
    });
  });
});

Deno.test("recordingHost() keeps others out of an empty folder, and refuses a link to one", async () => {
  await withFolder(async (folder) => {
    const open = join(folder, "open"), link = join(folder, "link");
    await Deno.mkdir(open);
    await Deno.chmod(open, 0o777);
    await Deno.symlink(open, link);
    for (const path of [link, `${link}/`, `${link}/.`]) {
      const refused = assertThrows(
        () => recordingHost(createLocalHost(), path, { includeSecrets: false }),
        BundleError,
      );
      assertEquals(refused.message, `${path}: found a link, ${EXPECTED}`);
    }
    recordingHost(createLocalHost(), open, { includeSecrets: false });
    assertEquals((await Deno.stat(open)).mode! & 0o777, 0o700);
  });
});

Deno.test({
  name: "recordingHost() refuses a folder that another user has made",
  ignore: Deno.uid() !== 0,
  fn: () =>
    withFolder(async (folder) => {
      const theirs = join(folder, "theirs");
      await Deno.mkdir(theirs);
      await Deno.chown(theirs, 1000, 1000);
      const refused = assertThrows(
        () => recordingHost(createLocalHost(), theirs, { includeSecrets: false }),
        BundleError,
      );
      assertEquals(refused.message, `${theirs}: found a folder of user 1000, ${EXPECTED}`);
    }),
});

Deno.test("recordingHost() refuses a folder that others could swap, and makes nothing on the way to it", async () => {
  await withFolder(async (folder) => {
    const host = createLocalHost(), parent = join(folder, "anyone's");
    await Deno.mkdir(parent);
    await Deno.chmod(parent, 0o777);
    const message = assertThrows(
      () => recordingHost(host, join(parent, "a/b"), { includeSecrets: false }),
      BundleError,
    );
    assertStringIncludes(String(message), "its parent: it is writable by others (mode 0777)");
    assertEquals(await Array.fromAsync(Deno.readDir(parent)), []);
    await Deno.chmod(parent, 0o1777);
    recordingHost(host, join(parent, "a/b"), { includeSecrets: false });
    assertEquals((await Deno.stat(join(parent, "a/b"))).mode! & 0o777, 0o700);
  });
});

Deno.test("recordingHost() says why it cannot write", async () => {
  await withFolder(async (folder) => {
    const recorder = recordingHost(createLocalHost(), join(folder, "bundle"), { includeSecrets: false });
    await Deno.remove(join(folder, "bundle"));
    await assertRejects(() => recorder.finish(), BundleError, "the recording cannot be written");
  });
});

const COMMAND_LINE = 'quiet rancher.password=hunter2-and-more key="my secret phrase" ' +
  '"rd.TOKEN=abc def ghi" fetch=http://server/?token=12345 nosecret tokens= short_secret=node root=/dev/sda1';
const LAN = "Set in Progress         : Set Complete\nSNMP Community String   : c0mmunity\nIP Address : 10.0.0.5\n";

Deno.test("recordingHost() masks the secrets of a machine", async () => {
  await withMachine(async (host, folder) => {
    await Deno.writeTextFile(join(folder, "proc/cmdline"), `${COMMAND_LINE}\n`);
    await writeTool(join(folder, "tools/ipmitool"), `printf '${LAN.replaceAll("\n", "\\n")}'`);
    await writeTool(
      join(folder, "tools/lshw"),
      'echo \'{"node": "abc def ghi, hunter2-and-more"}\'; echo SNMP Community String: x',
    );
    for (const includeSecrets of [false, true]) {
      const bundle = join(folder, `bundle-${includeSecrets}`);
      const recorder = recordingHost(host, bundle, { includeSecrets });
      await ask(recorder, [read("/proc/cmdline"), run("lshw", "-json"), run("ipmitool", "lan", "print", "1")]);
      await recorder.finish();
      const replay = await openReplay(bundle);
      const [cmdline, lshw, lan] = [
        valueOf(await readText(replay, "/proc/cmdline")),
        (await replay.run("lshw", ["-json"])).stdout,
        (await replay.run("ipmitool", ["lan", "print", "1"])).stdout,
      ];
      if (includeSecrets) {
        assertEquals([cmdline, lan], [`${COMMAND_LINE}\n`, LAN]);
        assertStringIncludes(lshw, "hunter2-and-more");
      } else {
        assertEquals(
          cmdline,
          "quiet rancher.password=*** key=*** " +
            '"rd.TOKEN=***" fetch=*** nosecret tokens= short_secret=*** root=/dev/sda1\n',
        );
        assertEquals(lshw, '{"node": "***, ***"}\nSNMP Community String: x\n');
        assertEquals(lan, LAN.replace("c0mmunity", "***"));
        const everything = JSON.stringify(await contents(bundle));
        for (const secret of ["hunter2", "c0mmunity", "abc def", "12345"]) assert(!everything.includes(secret), secret);
      }
    }
  });
});

Deno.test("recordingHost() masks secrets that show in a file, and keeps its other bytes", async () => {
  await withMachine(async (host, folder) => {
    await Deno.writeTextFile(join(folder, "proc/cmdline"), "password=hunter2-and-more");
    await Deno.writeFile(join(folder, "sys/vpd"), new TextEncoder().encode("\xff\0hunter2-and-more€"));
    const recorder = recordingHost(host, join(folder, "bundle"), { includeSecrets: false });
    await recorder.read("/sys/vpd");
    await recorder.finish();
    assertEquals(await Deno.readTextFile(join(folder, "bundle/sys/vpd")), "\xff\0***€");
    assertEquals((await openReplay(join(folder, "bundle"))).problems, []);
    assertEquals(await Deno.stat(join(folder, "bundle/proc")).catch((error) => error.name), "NotFound");
  });
});

Deno.test("recordingHost() and openReplay() agree on any web of links", async () => {
  const name = fc.constantFrom("a", "b", "c");
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
  const target = fc.array(fc.constantFrom("a", "b", "c", "..", "."), { minLength: 1, maxLength: 4 })
    .map((names) => names.join("/"));
  const entry = fc.record({ path, kind: fc.constantFrom("file", "folder", "link"), target });
  const question = fc.record({ path, how: fc.constantFrom("read", "list", "link") });
  const property = fc.asyncProperty(
    fc.array(entry, { maxLength: 8 }),
    fc.array(question),
    (entries, asked) =>
      withFolder(async (folder) => {
        // So deep that no link leads out of it.
        const deep = "deep/".repeat(40);
        const sys = join(folder, "machine", deep);
        await Deno.mkdir(sys, { recursive: true });
        for (const { path, kind, target } of entries) {
          const there = join(sys, path);
          const parent = there.slice(0, there.lastIndexOf("/"));
          await Deno.mkdir(parent, { recursive: true }).catch(() => {});
          // What cannot be made (below a file, where something is) is left out.
          if (kind === "file") await Deno.writeTextFile(there, path, { createNew: true }).catch(() => {});
          else if (kind === "folder") await Deno.mkdir(there).catch(() => {});
          else await Deno.symlink(target, there).catch(() => {});
        }
        const questions = asked.map(({ how, path }): Question => (host) => host[how as "read"](`/sys/${deep}${path}`));
        await assertSameReplayed(
          createLocalHost({ roots: { sys: join(folder, "machine") } }),
          join(folder, "bundle"),
          questions,
        );
      }),
  );
  await fc.assert(property, { numRuns: 60 });
});
