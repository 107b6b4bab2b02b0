/** What the program does where tools, /proc and /sys misbehave. */
import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type Facts, type Source, SOURCE_NAMES } from "../collectors/facts/mod.ts";
import { canMount } from "./checkin/mounts.ts";
import type { Entries } from "./collectors/tools/kernel/tree.ts";
import { assertNoneLeft, type Behaviour, BEHAVIOURS, MACHINE, type Tool, TOOLS, withPlace } from "./misbehaving.ts";
import { BINARY } from "./program.ts";

/** What each tool alone tells. */
const OWN_FACTS: Record<Tool, (facts: Facts) => unknown> = {
  dmidecode: ({ slots, powerSupplies, oemStrings }) => ({ slots, powerSupplies, oemStrings }),
  lshw: ({ raw }) => raw?.lshw,
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
  floods: /more than \d+ [KM]iB of output: not one machine's/,
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
      await assertNoneLeft(place);
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
      const { code, facts } = await place.facts([`--${root}`, "/tmp/no/such/root", "--strict"]);
      const { status, error } = facts.sources.hostfs!;
      assertEquals([code, status, error], [5, "failed", "nothing can be read in /tmp/no/such/root"]);
      assertEquals(facts.system?.serialNumber, "7XK9ZZ2");
    }
    const { code, facts } = await place.facts(["--proc", "/tmp/no/such/proc", "--sys", "/tmp/no/such/sys"]);
    assertEquals(code, 0);
    assertEquals(facts.sources.hostfs!.status, "missing");
    assertStringIncludes(facts.sources.hostfs!.error!, "/tmp/no/such/proc");
    assertEquals(facts.system?.serialNumber, "7XK9ZZ2");
  });
});

/** A root that is no mount point, as after chroot, has no propagation for unshare to change. */
async function canUnshare(): Promise<boolean> {
  return await new Deno.Command("unshare", { args: ["-m", "true"] }).output().then(
    ({ success }) => success,
    () => false,
  );
}

const canHide = canMount && Deno.lstatSync("/bin").isSymlink && await canUnshare();
// What the compiled program is started by would be hidden, too.
if (!canHide) console.log("skipped: this machine does not let the tests hide the tools");
Deno.test(
  { name: "main.ts --once works where no tool is installed", ignore: !canHide || BINARY !== undefined },
  async () => {
    await withPlace({}, async (place) => {
      await Deno.remove(join(place.folder, "bin"), { recursive: true });
      await Deno.mkdir(join(place.folder, "bin"));
      const hide =
        `mount --bind ${place.folder}/bin /usr/sbin && mount --bind ${place.folder}/bin /usr/bin && exec "$@"`;
      const { code, facts } = await place.facts(["--strict"], ["unshare", "-m", "sh", "-c", hide, "sh"]);
      assertEquals(code, 5, JSON.stringify(facts.sources, null, 1));
      for (const tool of TOOLS) assertEquals(facts.sources[tool]!.status, "missing", tool);
      assertEquals(facts.disks?.map(({ name }) => name), ["sda"]);
      assertEquals(facts.nics?.map(({ name }) => name), ["eth1"]);
    });
  },
);
