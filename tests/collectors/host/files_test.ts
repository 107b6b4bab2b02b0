import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { join } from "@std/path";
import { listNames, readLine, readText, valueOf } from "../../../collectors/host/mod.ts";
import { fileReader } from "../../../collectors/host/files.ts";
import { createLocalHost, defaultRoots, type LocalHost } from "../../../collectors/host/local.ts";
import { withFolder } from "./support.ts";
import { slowness } from "../../load.ts";

/** A host whose /sys is a new folder. */
async function withSys(test: (host: LocalHost, sys: string) => Promise<void>): Promise<void> {
  await withFolder((sys) => test(createLocalHost({ roots: { sys } }), sys));
}

Deno.test("read() gives a file's bytes", async () => {
  await withSys(async (host, sys) => {
    await Deno.writeFile(join(sys, "vpd"), new Uint8Array([0, 255, 10, 128]));
    await Deno.writeTextFile(join(sys, "empty"), "");
    await Deno.writeTextFile(join(sys, "line"), "  Dell Inc.\0\n");
    assertEquals(await host.read("/sys/vpd"), { value: new Uint8Array([0, 255, 10, 128]) });
    assertEquals(await host.read("/sys/empty"), { value: new Uint8Array() });
    assertEquals(valueOf(await readText(host, "/sys/vpd")), "\x00\xff\n\x80");
    assertEquals(valueOf(await readLine(host, "/sys/line")), "Dell Inc.");
    assertEquals(valueOf(await readLine(host, "/sys/empty")), undefined);
  });
});

Deno.test("read() gives files of /proc, which say that they are empty", async () => {
  const host = createLocalHost({ roots: { proc: "/proc", sys: "/sys", dev: "/dev" } });
  assertEquals((await Deno.stat("/proc/cpuinfo")).size, 0);
  assertEquals(valueOf(await readText(host, "/proc/cpuinfo")), await Deno.readTextFile("/proc/cpuinfo"));
  assert(valueOf(await readLine(host, "/proc/version"))?.startsWith("Linux version"));
});

Deno.test("read() says absent of what is not there, under any name", async () => {
  await withSys(async (host, sys) => {
    await Deno.writeTextFile(join(sys, "file"), "");
    await Deno.symlink("nowhere", join(sys, "dangling"));
    for (const path of ["/sys/no", "/sys/file/no", "/sys/dangling", "/sysfs/file", "/tmp", "sys/file", ""]) {
      const answer = await host.read(path);
      assertEquals("why" in answer && answer.why, "absent", path);
    }
  });
});

Deno.test("read() opens neither folders, nor FIFOs, nor devices", async () => {
  await withSys(async (host, sys) => {
    await new Deno.Command("mkfifo", { args: [join(sys, "fifo")] }).output();
    await Deno.symlink("/dev/zero", join(sys, "zero"));
    for (const path of ["/sys", "/sys/fifo", "/sys/zero", "/dev/null"]) {
      const began = performance.now();
      assertEquals(await host.read(path), { why: "failed", message: `${path}: no regular file` });
      assertLess(performance.now() - began, 500 * slowness());
    }
  });
});

Deno.test("read() refuses files that are too big", async () => {
  await withSys(async (host, sys) => {
    const file = await Deno.create(join(sys, "big"));
    await file.truncate(16 * 1024 * 1024 + 1);
    file.close();
    assertEquals(await host.read("/sys/big"), { why: "failed", message: "/sys/big: more than 16 MiB" });
    await Deno.truncate(join(sys, "big"), 16 * 1024 * 1024);
    assert("value" in await host.read("/sys/big"));
  });
});

Deno.test("read() refuses files that are too big although they say that they are empty", async () => {
  const host = createLocalHost({ roots: { proc: "/proc" } });
  const path = "/proc/self/pagemap";
  assertEquals(await host.read(path), { why: "failed", message: `${path}: more than 16 MiB` });
});

Deno.test("read() says absent of a file that has no value now", async () => {
  const host = createLocalHost({ roots: { sys: "/sys" } });
  assertEquals(await host.read("/sys/class/net/lo/speed"), {
    why: "absent",
    message: "/sys/class/net/lo/speed: Invalid argument",
  });
});

Deno.test({
  name: "read() gives up where the kernel does not answer, and other reads go on",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async (t) => {
    await withSys(async (host, sys) => {
      // A lease (fcntl(2), F_SETLEASE) lets whoever opens the file wait until its holder gives it up.
      const paths = Array.from({ length: 20 }, (_, i) => join(sys, `leased${i}`));
      for (const path of paths) await Deno.writeTextFile(path, "late");
      await Deno.writeTextFile(join(sys, "other"), "at once");
      const lease = `$SIG{IO} = "IGNORE"; for (@ARGV) { open($f{$_}, "+<", $_) && fcntl($f{$_}, 1024, 1) or exit 1 }
        $| = 1; print "ready\n"; sleep 60`;
      const holder = new Deno.Command("perl", { args: ["-e", lease, ...paths], stdout: "piped" }).spawn();
      const reader = holder.stdout.getReader();
      const ready = await reader.read();
      try {
        if (ready.value === undefined) {
          return void await t.step({ name: "no leases on this file system", ignore: true, fn: () => {} });
        }
        const began = performance.now();
        const answers = await Promise.all(paths.map((_, i) => host.read(`/sys/leased${i}`)));
        for (const [i, answer] of answers.entries()) {
          assertEquals(answer, { why: "late", message: `/sys/leased${i}: no answer within 5 s` });
        }
        assertGreater(performance.now() - began, 4900);
        assertLess(performance.now() - began, 12_000 * slowness());
        assertEquals(valueOf(await readText(host, "/sys/other")), "at once");
      } finally {
        holder.kill("SIGKILL");
        await reader.cancel();
        await holder.status;
      }
    });
  },
});

Deno.test("read() gives what the kernel answered in time while this program was busy", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "file");
    await Deno.writeTextFile(path, "in time");
    const reading = fileReader(100).read(path, "/sys/file");
    const busyUntil = performance.now() + 500;
    while (performance.now() < busyUntil);
    assertEquals(valueOf(await reading), new TextEncoder().encode("in time"));
  });
});

Deno.test("list() gives names and kinds, sorted", async () => {
  await withSys(async (host, sys) => {
    await Deno.mkdir(join(sys, "net/b"), { recursive: true });
    await Deno.writeTextFile(join(sys, "net/c"), "");
    await Deno.symlink("b", join(sys, "net/a"));
    await new Deno.Command("mkfifo", { args: [join(sys, "net/d")] }).output();
    assertEquals(await host.list("/sys/net"), {
      value: [
        { name: "a", kind: "link" },
        { name: "b", kind: "folder" },
        { name: "c", kind: "file" },
        { name: "d", kind: "other" },
      ],
    });
    assertEquals(valueOf(await listNames(host, "/sys/net/a")), []);
    assertEquals(await host.list("/sys/no"), { why: "absent", message: "/sys/no: No such file or directory" });
    assertEquals(valueOf(await listNames(host, "/sys/no")), undefined);
  });
});

Deno.test("link() gives a link's target as it is written", async () => {
  await withSys(async (host, sys) => {
    await Deno.symlink("../../no/where", join(sys, "device"));
    await Deno.writeTextFile(join(sys, "file"), "");
    assertEquals(await host.link("/sys/device"), { value: "../../no/where" });
    assertEquals(await host.link("/sys/file"), { why: "absent", message: "/sys/file: Invalid argument" });
    assertEquals(await host.link("/sys/no"), { why: "absent", message: "/sys/no: No such file or directory" });
  });
});

Deno.test("read() gives os-release of the host alone", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "host-release");
    await Deno.writeTextFile(file, "ID=rancheros\n");
    const own = { proc: "/proc", sys: "/sys", dev: "/dev" };
    const why = async (host: LocalHost, path: string) => {
      const answer = await host.read(path);
      return "why" in answer ? answer.why : "there";
    };
    const onTheHost = createLocalHost({ roots: own });
    assertEquals(valueOf(await readText(onTheHost, "/etc/os-release")), await Deno.readTextFile("/etc/os-release"));
    assertEquals(await why(onTheHost, "/etc/passwd"), "absent");
    const inContainer = createLocalHost({ roots: { ...own, sys: folder } });
    assertEquals(await why(inContainer, "/etc/os-release"), "absent");
    assertEquals(await why(inContainer, "/etc/debian_version"), "absent");
    const withMounts = createLocalHost({ roots: { ...own, proc: folder, sys: folder } });
    const etc = join(folder, "1/root/etc");
    await Deno.mkdir(join(etc, "selinux"), { recursive: true });
    await Deno.writeTextFile(join(folder, "1/root/release"), "ID=debian\n");
    await Deno.symlink("../release", join(etc, "os-release"));
    await Deno.writeTextFile(join(etc, "passwd"), "root");
    await Deno.writeTextFile(join(etc, "selinux/config"), "SELINUX=permissive\n");
    assertEquals(valueOf(await readText(withMounts, "/etc/os-release")), "ID=debian\n");
    assertEquals(valueOf(await readText(withMounts, "/etc/selinux/config")), "SELINUX=permissive\n");
    assertEquals(await why(withMounts, "/etc/passwd"), "absent");
    // A link to an absolute path would lead to a file of the container's.
    await Deno.remove(join(etc, "os-release"));
    await Deno.symlink("/etc/os-release", join(etc, "os-release"));
    assertEquals(await why(withMounts, "/etc/os-release"), "absent");
    for (const roots of [own, { ...own, sys: folder }]) {
      const told = createLocalHost({ roots, osRelease: file });
      assertEquals(valueOf(await readText(told, "/etc/os-release")), "ID=rancheros\n");
      assertEquals(await why(told, "/etc/debian_version"), "absent");
    }
  });
});

Deno.test("read() gives os-release of process 1's root where /proc is a mount of the host's", async () => {
  await withFolder(async (folder) => {
    const etc = join(folder, "proc/1/root/etc"), lib = join(folder, "proc/1/root/usr/lib");
    for (const path of [etc, lib]) await Deno.mkdir(path, { recursive: true });
    await Deno.writeTextFile(join(lib, "os-release"), "ID=flatcar\n");
    await Deno.writeTextFile(join(etc, "debian_version"), "12.11\n");
    const host = createLocalHost({ roots: { proc: join(folder, "proc"), sys: folder, dev: folder } });
    // The second would lead into this machine's own /usr.
    for (const target of ["../usr/lib/os-release", "/usr/lib/os-release"]) {
      await Deno.symlink(target, join(etc, "os-release"));
      assertEquals(valueOf(await readText(host, "/etc/os-release")), "ID=flatcar\n", target);
      await Deno.remove(join(etc, "os-release"));
    }
    assertEquals(valueOf(await readText(host, "/etc/debian_version")), "12.11\n");
    const told = createLocalHost({ roots: host.roots, osRelease: join(lib, "os-release") });
    assertEquals((await told.read("/etc/debian_version") as { why: string }).why, "absent");
    assertEquals((await host.read("/etc/passwd") as { why: string }).why, "absent");
  });
});

Deno.test("defaultRoots() gives /proc, /sys and /dev where no mounts of the host are", () => {
  const mounted = (folder: string) => {
    try {
      return [...Deno.readDirSync(folder)].length > 0;
    } catch {
      return false;
    }
  };
  const { proc, sys, dev } = defaultRoots();
  assertEquals(proc, mounted("/host-proc") ? "/host-proc" : "/proc");
  assertEquals(sys, mounted("/host-sys") ? "/host-sys" : "/sys");
  assertEquals(dev, mounted("/host-dev") ? "/host-dev" : "/dev");
});

Deno.test("addresses() gives every address with its interface", async () => {
  const answer = await createLocalHost().addresses();
  assert("value" in answer);
  const loopback = answer.value.find(({ address }) => address === "127.0.0.1");
  assertEquals(loopback, {
    interface: "lo",
    family: "IPv4",
    address: "127.0.0.1",
    netmask: "255.0.0.0",
  });
});
