/** What the program does where tools, /proc and /sys misbehave: real processes, real files. */
import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { type Facts, type Source, SOURCE_NAMES } from "../collectors/facts.ts";
import { canMount } from "./checkin/mounts.ts";
import { isThere, withFolder, writeTool } from "./collectors/host_support.ts";
import { type Entries, makeMachine, nic } from "./collectors/hostfs_tree.ts";

const MAIN = fromFileUrl(new URL("../main.ts", import.meta.url));
const FIXTURES = fromFileUrl(new URL("./fixtures", import.meta.url));

type Tool = "dmidecode" | "lshw" | "lscpu" | "lldptool" | "ipmitool";

/** What each tool prints on a healthy machine, by its arguments (patterns of `case`). */
const ANSWERS: Record<Tool, [args: string, output: string][]> = {
  dmidecode: [["*", "cat dmidecode/server.txt"]],
  lshw: [["-json", "cat lshw/full.json"]],
  lscpu: [["--version", "echo lscpu from util-linux 2.38.1"], ["*", "cat lscpu/pipe.json"]],
  lldptool: [["-v", "echo lldptool v1.1"], ["get-tlv*", "cat lldptool/switch.txt"], ["*", "echo adminStatus=rx"]],
  ipmitool: [
    ["-V", "echo ipmitool version 1.8.19"],
    ["mc*", "cat ipmitool/mc-info.txt"],
    ["lan?print?1", "cat ipmitool/lan-print.txt"],
    ["channel*", "cat ipmitool/channel-info.txt"],
    ["fru?print?0", "cat ipmitool/fru-print-0.txt"],
    ["fru*", "cat ipmitool/fru-print.txt"],
    ["sdr*", "cat ipmitool/sdr-info.txt"],
    ["*", "echo Get Channel Info failed >&2; exit 1"],
  ],
};
const TOOLS = Object.keys(ANSWERS) as Tool[];

/** What may become of a run; `healthy` stands for the healthy run. */
const BEHAVIOURS = {
  healthy: "healthy",
  hangs: "echo half; exec sleep 1000",
  floods: "exec head -c 1000000000 /dev/zero",
  prints_noise: "exec cat noise",
  dies_half_way: "healthy | head -n 40; kill -SEGV $$",
  fails: "echo it is broken >&2; exit 3",
  prints_nothing: "exit 0",
} as const;
type Behaviour = keyof typeof BEHAVIOURS;

/** A machine of one disk and one NIC with a BMC. */
const MACHINE: Entries = {
  "proc/version": "Linux version 6.1.0",
  "proc/cmdline": "quiet BOOTIF=01-52-54-00-12-34-56",
  "proc/cpuinfo": "processor\t: 0\nmodel name\t: A CPU\nmicrocode\t: 0x1",
  "proc/meminfo": "MemTotal:       2030356 kB\nMemAvailable:   1030356 kB",
  "proc/uptime": "100.00 90.00",
  "proc/partitions": "major minor  #blocks  name\n\n   8        0    4194304 sda\n   8        1    4193280 sda1",
  "proc/filesystems": "nodev\tsysfs\n\text4",
  "proc/1/mountinfo": "29 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
  "proc/sys/kernel/hostname": "node7.example.com",
  "proc/sys/kernel/osrelease": "6.1.0-13-amd64",
  "sys/class/dmi/id/product_uuid": "4c4c4544-0058-4b10-8039-b7c04f5a5a32",
  "sys/bus/pci/devices/0000:19:00.0": "-> ../../../devices/pci0000:16/0000:19:00.0",
  "sys/firmware/acpi/tables/FACP": "",
  "sys/block/sda": "-> ../devices/pci0000:00/0000:00:05.0/ata1/host0/target0:0:0/0:0:0:0/block/sda",
  "sys/devices/pci0000:00/0000:00:05.0/ata1/host0/target0:0:0/0:0:0:0/block/sda/size": "8388608",
  "sys/devices/pci0000:00/0000:00:05.0/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1/size": "8386560",
  ...nic("pci0000:16/0000:19:00.0/net/eth1", {
    address: "52:54:00:12:34:56",
    carrier: "1",
    operstate: "up",
    flags: "0x1003",
  }, { uevent: "DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:1521\nPCI_SLOT_NAME=0000:19:00.0" }),
  "dev/ipmi0": "",
};

interface Ended {
  code: number;
  stderr: string;
  elapsedMs: number;
  facts: Facts;
}

/** A place with tools, a machine, and what the tools write down of themselves. */
interface Place {
  folder: string;
  /** Runs the program there, behind `words`. */
  facts(args: string[], words?: string[]): Promise<Ended>;
  /** Processes of tools that are still there. */
  left(): Promise<string[]>;
}

const START = [Deno.execPath(), "run", "--quiet", "--no-prompt", "--allow-all", MAIN];

/** Runs `test` on the machine with tools that behave as told, healthy where nothing is told. */
async function withPlace(
  behaviours: Partial<Record<Tool, Behaviour>>,
  test: (place: Place) => Promise<void>,
  machine: Entries = MACHINE,
): Promise<void> {
  await using place = await makeMachine(machine);
  const { folder } = place;
  await Deno.chmod(folder, 0o755);
  const bin = join(folder, "bin"), pids = join(folder, "pids");
  for (const made of [bin, pids]) await Deno.mkdir(made);
  await Deno.chmod(pids, 0o777);
  await Deno.writeFile(join(folder, "noise"), Uint8Array.from({ length: 100_000 }, (_, i) => i * i * 31 >> 3));
  for (const tool of TOOLS) {
    const cases = ANSWERS[tool].map(([args, output]) => `  ${args}) ${output};;`).join("\n");
    const behaviour = BEHAVIOURS[behaviours[tool] ?? "healthy"].replace("cat noise", `cat ${folder}/noise`);
    const script = `: > ${pids}/$$.${tool}\ncd ${FIXTURES}\nhealthy() {\ncase "$args" in\n${cases}\nesac\n}\n`;
    await writeTool(join(bin, tool), `args="$*"\n${script}${behaviour}`);
  }
  const roots = ["proc", "sys", "dev"].flatMap((root) => [`--${root}`, join(folder, root)]);
  await test({
    folder,
    facts: async (args, words = []) => {
      const [program, ...rest] = [...words, ...START, "--once", ...roots, "--format", "json", ...args];
      const began = performance.now();
      const { code, stdout, stderr } = await new Deno.Command(program!, {
        args: rest,
        env: { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin` },
        stdin: "null",
        signal: AbortSignal.timeout(60_000),
      }).output();
      const elapsedMs = performance.now() - began;
      const said = new TextDecoder().decode(stderr);
      try {
        return { code, stderr: said, elapsedMs, facts: JSON.parse(new TextDecoder().decode(stdout)) };
      } catch (error) {
        throw new Error(`exit code ${code}: ${said}`, { cause: error });
      }
    },
    left: async () => {
      const names = [...Deno.readDirSync(pids)].map(({ name }) => name);
      const there = await Promise.all(names.map((name) => isThere(parseInt(name))));
      return names.filter((_, i) => there[i]);
    },
  });
}

/** What each tool alone tells. */
const OWN_FACTS: Record<Tool, (facts: Facts) => unknown> = {
  dmidecode: ({ slots, powerSupplies, oemStrings }) => ({ slots, powerSupplies, oemStrings }),
  lshw: ({ hardware }) => hardware,
  lscpu: ({ cpu }) => cpu?.flags,
  lldptool: ({ neighbours }) => neighbours,
  ipmitool: ({ bmc }) => bmc,
};

/** What `sources` must say; where nothing can be made of a tool's output the status is `failed`. */
const STATUS: Record<Behaviour, Source["status"]> = {
  healthy: "ok",
  hangs: "timeout",
  floods: "failed",
  prints_noise: "failed",
  dies_half_way: "failed",
  fails: "failed",
  prints_nothing: "failed",
};
const REASON: Record<Exclude<Behaviour, "healthy">, RegExp> = {
  hangs: /killed after \d+\.\d s without an end|lldpad does not answer|given up after \d+ s/,
  floods: /more than 16 MiB of output/,
  prints_noise: /found ".*expected/,
  dies_half_way: /killed by SIGSEGV/,
  fails: /exit code 3: it is broken/,
  prints_nothing: /found nothing, expected|no SMBIOS tables/,
};

let healthy: Promise<{ facts: Facts; elapsedMs: number }> | undefined;
/** The facts where nothing misbehaves, and how long this machine takes for them. */
function healthyRun(): Promise<{ facts: Facts; elapsedMs: number }> {
  return healthy ??= (async () => {
    let found: { facts: Facts; elapsedMs: number } | undefined;
    await withPlace({}, async (place) => {
      const { code, facts, stderr, elapsedMs } = await place.facts(["--strict"]);
      assertEquals([code, stderr], [0, ""], JSON.stringify(facts.sources, null, 1));
      found = { facts, elapsedMs };
    });
    return found!;
  })();
}

Deno.test("main.ts --once gives every tool's facts where nothing misbehaves", async () => {
  const { facts } = await healthyRun();
  assertEquals(Object.keys(facts.sources), [...SOURCE_NAMES]);
  for (const [name, source] of Object.entries(facts.sources)) assertEquals(source.status, "ok", name);
  for (const tool of TOOLS) assert(OWN_FACTS[tool](facts) !== undefined, tool);
  assertEquals(facts.nics?.map(({ name, driver }) => [name, driver]), [["eth1", "igb"]]);
});

const WAYS = Object.keys(BEHAVIOURS) as Behaviour[];
Deno.test("main.ts --once gives the facts of all tools but those that misbehave", async () => {
  const { facts: reference, elapsedMs: usualMs } = await healthyRun();
  // lldptool has three seconds for all that it prints: where one run takes long, one is made at a time.
  const atOnce = usualMs < 500 ? WAYS.length : 1;
  // What does not hang is to be done by then.
  const timeout = Math.max(4, Math.ceil(2 * atOnce * usualMs / 1000));
  // In run k tool i behaves in the (i + k)th way: so that every tool behaves in every way, next to others that do so too.
  const run = async (k: number) => {
    const behaviours = Object.fromEntries(TOOLS.map((tool, i) => [tool, WAYS[(i + k) % WAYS.length]!])) as Record<
      Tool,
      Behaviour
    >;
    await withPlace(behaviours, async (place) => {
      const { code, facts, stderr, elapsedMs } = await place.facts([
        "--timeout",
        `${timeout}`,
        ...k % 2 ? ["--strict"] : [],
      ]);
      const which = JSON.stringify({ behaviours, sources: facts.sources }, null, 1);
      assertEquals([code, stderr], [k % 2 ? 5 : 0, ""], which);
      assertLess(elapsedMs, 4_000 * timeout, which);
      assertEquals(facts.nics, reference.nics, which);
      assertEquals(facts.disks, reference.disks, which);
      for (const tool of TOOLS) {
        const way = behaviours[tool], { status, error } = facts.sources[tool]!;
        // Silence is lldptool's way to say that it hears nobody.
        const isAnswer = tool === "lldptool" && way === "prints_nothing";
        assertEquals(status, isAnswer ? "ok" : STATUS[way], `${tool} ${way}: ${which}`);
        if (way === "healthy") assertEquals(OWN_FACTS[tool](facts), OWN_FACTS[tool](reference), tool);
        else if (!isAnswer) assertMatch(error ?? "", REASON[way], `${tool} ${way}`);
      }
      assertEquals(await place.left(), []);
    });
  };
  const runs = WAYS.map((_, k) => k);
  for (let k = 0; k < runs.length; k += atOnce) await Promise.all(runs.slice(k, k + atOnce).map(run));
});

/** The machine with every file below proc and sys changed. */
function damaged(change: (content: string) => string | Uint8Array | null): Entries {
  return Object.fromEntries(
    Object.entries(MACHINE).map(([path, content]) =>
      typeof content === "string" && /^(proc|sys)\//.test(path) && !content.startsWith("-> ")
        ? [path, change(content)]
        : [path, content]
    ),
  );
}

const NOISE = Uint8Array.from({ length: 5000 }, (_, i) => i * i * 7 >> 2);
const DAMAGED_FILES: [what: string, machine: Entries, hostfs: Source["status"]][] = [
  ["missing", { "proc": null, "sys": null, "dev/ipmi0": "" }, "missing"],
  ["empty", damaged(() => ""), "ok"],
  ["folders", damaged(() => null), "failed"],
  ["full of noise", damaged(() => NOISE), "ok"],
];

Deno.test("main.ts --once gives the tools' facts where the files of /proc and /sys are damaged", async () => {
  const { facts: reference } = await healthyRun();
  await Promise.all(DAMAGED_FILES.map(async ([what, machine, expected]) => {
    await withPlace({}, async (place) => {
      const { code, facts, stderr } = await place.facts([]);
      assertEquals([code, stderr], [0, ""], what);
      const { hostfs } = facts.sources;
      assertEquals(hostfs!.status, expected, `${what}: ${hostfs!.error}`);
      for (const tool of TOOLS.filter((tool) => tool !== "lldptool")) {
        assertEquals(OWN_FACTS[tool](facts), OWN_FACTS[tool](reference), `${what}: ${tool}`);
      }
    }, machine);
  }));
});

Deno.test("main.ts --once says so where a root is not there", async () => {
  await withPlace({}, async (place) => {
    for (const root of ["proc", "sys"]) {
      const { code, facts } = await place.facts([`--${root}`, "/no/such/root", "--strict"]);
      const { status, error } = facts.sources.hostfs!;
      assertEquals([code, status, error], [5, "failed", "nothing can be read in /no/such/root"]);
      assertEquals(facts.system?.serialNumber, "7XK9ZZ2");
    }
    const { code, facts } = await place.facts(["--proc", "/no/such/proc", "--sys", "/no/such/sys"]);
    assertEquals(code, 0);
    assertEquals(facts.sources.hostfs!.status, "missing");
    assertStringIncludes(facts.sources.hostfs!.error!, "/no/such/proc");
    assertEquals(facts.system?.serialNumber, "7XK9ZZ2");
  });
});

const canHide = canMount && Deno.lstatSync("/bin").isSymlink;
Deno.test({ name: "main.ts --once works where no tool is installed", ignore: !canHide }, async () => {
  await withPlace({}, async (place) => {
    await Deno.remove(join(place.folder, "bin"), { recursive: true });
    await Deno.mkdir(join(place.folder, "bin"));
    const hide = `mount --bind ${place.folder}/bin /usr/sbin && mount --bind ${place.folder}/bin /usr/bin && exec "$@"`;
    const { code, facts } = await place.facts(["--strict"], ["unshare", "-m", "sh", "-c", hide, "sh"]);
    assertEquals(code, 5, JSON.stringify(facts.sources, null, 1));
    for (const tool of TOOLS) assertEquals(facts.sources[tool]!.status, "missing", tool);
    assertEquals(facts.disks?.map(({ name }) => name), ["sda"]);
    assertEquals(facts.nics?.map(({ name }) => name), ["eth1"]);
  });
});

/** A copy of what the program needs, for a user who may not read this one's folders. */
async function readableCopy(folder: string): Promise<string[]> {
  const deno = join(folder, "deno"), cache = join(folder, "cache"), project = join(folder, "project");
  await Deno.copyFile(Deno.execPath(), deno);
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(info.stdout));
  const registry = [...Deno.readDirSync(npmCache)].find(({ isDirectory }) => isDirectory)!.name;
  const copies = [
    [join(npmCache, registry, "deno-std"), join(cache, "npm", registry, "deno-std")],
    ...["main.ts", "deno.json", "std.d.ts", "collectors", "checkin"].map((name) => [
      join(dirname(MAIN), name),
      join(project, name),
    ]),
  ] as [string, string][];
  for (const [from, to] of copies) {
    await Deno.mkdir(dirname(to), { recursive: true });
    await new Deno.Command("cp", { args: ["-r", from, to] }).output();
  }
  await new Deno.Command("chmod", { args: ["-R", "a+rX", folder] }).output();
  // Nothing that is not there already can be looked up, and the cache is somebody else's.
  const run = ["run", "--quiet", "--no-prompt", "--allow-all", "--cached-only", "--no-lock"];
  return ["env", `DENO_DIR=${cache}`, deno, ...run, join(project, "main.ts")];
}

const canBecomeUser = Deno.uid() === 0 && await succeeds("setpriv", "--reuid=65534", "true");

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

for (const [canTest, why] of [[canHide, "hide the tools"], [canBecomeUser, "become a plain user"]] as const) {
  if (!canTest) console.log(`skipped: this machine does not let the tests ${why}`);
}

Deno.test(
  { name: "main.ts --once works as a plain user, and says what needs root", ignore: !canBecomeUser },
  async () => {
    await withFolder(async (folder) => {
      await Deno.chmod(folder, 0o755);
      const words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...await readableCopy(folder)];
      const run = async (...args: string[]) => {
        const { code, stdout, stderr } = await new Deno.Command(words[0]!, {
          args: [...words.slice(1), "--once", ...args],
          cwd: "/",
          stdin: "null",
        }).output();
        return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
      };
      await withPlace({}, async (place) => {
        const unreadable = ["proc/cpuinfo", "proc/1", "sys/class/dmi/id/product_uuid", "sys/firmware"];
        for (const path of unreadable) await Deno.chmod(join(place.folder, path), 0o000);
        const roots = ["proc", "sys", "dev"].flatMap((root) => [`--${root}`, join(place.folder, root)]);
        const { code, stdout, stderr } = await run(...roots, "--format", "json");
        assertEquals([code, stderr], [0, ""], stderr);
        const facts: Facts = JSON.parse(stdout);
        assertEquals(facts.nics?.map(({ name }) => name), ["eth1"]);
        assertEquals(facts.disks?.map(({ name }) => name), ["sda"]);
        const note = facts.sources.hostfs!.notes?.find((text) => text.startsWith("needs root: ")) ?? "";
        for (const path of ["/proc/cpuinfo", "/sys/class/dmi/id/product_uuid", "/sys/firmware"]) {
          assertStringIncludes(note, path);
        }
        for (const path of unreadable) await Deno.chmod(join(place.folder, path), 0o755);
      });
      // This machine itself.
      const { code, stdout, stderr } = await run("--format", "table");
      assertEquals([code, stderr], [0, ""]);
      assertStringIncludes(stdout, "NOT READ");
      assertMatch(stdout, /root/);
    });
  },
);

Deno.test("main.ts --once ends within a second of SIGINT with 130, and SIGTERM with 143, and its tools with it", async () => {
  await Promise.all(([["SIGINT", 130], ["SIGTERM", 143]] as const).map(async ([signal, expected]) => {
    const hanging = Object.fromEntries(TOOLS.map((tool) => [tool, "hangs"])) as Record<Tool, Behaviour>;
    await withPlace(hanging, async (place) => {
      const child = new Deno.Command(START[0]!, {
        args: [...START.slice(1), "--once", "--dev", join(place.folder, "dev"), "--format", "json"],
        env: { PATH: `${place.folder}/bin:/usr/bin:/bin` },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const deadline = performance.now() + 20_000;
      while ((await place.left()).length < TOOLS.length) {
        assertLess(performance.now(), deadline, "not all tools were started");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const began = performance.now();
      child.kill(signal);
      const { code, stdout, stderr } = await child.output();
      assertLess(performance.now() - began, 1000);
      assertEquals([code, stdout.length, new TextDecoder().decode(stderr)], [expected, 0, ""]);
      assertEquals(await place.left(), []);
    });
  }));
});

Deno.test("main.ts --once takes a reader that goes away for no failure", async () => {
  const volumes = Array.from({ length: 3000 }, (_, i) => ({ id: `volume:${i}`, class: "volume", serial: `${i}` }));
  await withFolder(async (bundle) => {
    await Deno.writeTextFile(join(bundle, "commands.json"), '[{"argv":"lshw -json","stdout":"lshw.json"}]');
    await Deno.writeTextFile(
      join(bundle, "lshw.json"),
      JSON.stringify({ id: "x", class: "system", children: volumes }),
    );
    const script = '{ "$@"; echo "exit code $?" >&2; } | head -n 1';
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", script, "sh", ...START, "--once", "--replay", bundle, "--format", "json"],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "{\n");
    assertEquals(new TextDecoder().decode(stderr), "exit code 0\n");
  });
});

Deno.test("main.ts ends with one line and 1 when stdin or stdout is of no use", async () => {
  for (
    const [command, message] of [
      ['"$0" run --quiet --allow-all "$1" --help >/dev/full', "hnl_mk: stdout: No space left on device"],
      ['"$0" run --quiet --allow-all "$1" --parse lshw </', "hnl_mk: stdin: Is a directory"],
    ] as const
  ) {
    const child = new Deno.Command("sh", { args: ["-c", command, Deno.execPath(), MAIN], stdout: "null" });
    const { code, stderr } = await child.output();
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    assertEquals([code, lines.length], [1, 1], lines.join("\n"));
    assertStringIncludes(lines[0]!, message);
  }
});

Deno.test("main.ts --replay loses only what is broken in a recording, and says what", async () => {
  await withFolder(async (bundle) => {
    const write = (name: string, text: string) => Deno.writeTextFile(join(bundle, name), text);
    await write(
      "commands.json",
      JSON.stringify([
        { argv: "dmidecode", stdout: "dmi.txt" },
        { argv: "lshw -json", stdout: "lshw.json" },
        { argv: "lscpu -J", stdout: "not-there.json" },
        { argv: "ipmitool mc info", failure: "nonsense" },
        "what is this",
      ]),
    );
    await write("dmi.txt", await Deno.readTextFile(join(FIXTURES, "dmidecode/server.txt")));
    await write("lshw.json", (await Deno.readTextFile(join(FIXTURES, "lshw/full.json"))).slice(0, 4000));
    await write("addresses.json", "[{]");
    const { code, stdout, stderr } = await new Deno.Command(START[0]!, {
      args: [...START.slice(1), "--once", "--replay", bundle, "--format", "json"],
    }).output();
    const facts: Facts = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(code, 0);
    assertEquals(facts.system?.serialNumber, "7XK9ZZ2");
    assert(facts.hardware !== undefined);
    assert((facts.sources.lshw!.unparsed?.count ?? 0) > 0);
    assertMatch(facts.sources.lscpu!.error ?? "", /not-there\.json/);
    assertMatch(facts.sources.ipmitool!.error ?? "", /nonsense/);
    const problems = new TextDecoder().decode(stderr).trim().split("\n");
    assertEquals(problems.length, 3, problems.join("\n"));
    for (const [i, part] of ["entry 4", "entry 5", "addresses.json"].entries()) {
      assertStringIncludes(problems[i]!, part);
    }
  });
});

Deno.test("main.ts --replay gives the facts of the run that was recorded", async () => {
  await withFolder(async (folder) => {
    const bundle = join(folder, "recording");
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(START[0]!, {
        args: [...START.slice(1), "--once", "--format", "json", ...args],
      }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const facts: Facts = JSON.parse(new TextDecoder().decode(stdout));
      for (const source of Object.values(facts.sources)) source.elapsedMs = 0;
      return { ...facts, collectedAt: "" };
    };
    const recorded = await run("--record", bundle);
    assertEquals(await run("--replay", bundle), recorded);
  });
});
