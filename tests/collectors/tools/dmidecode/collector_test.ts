import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Collected } from "../../../../collectors/tools/collector.ts";
import {
  dmidecodeCollector,
  dmiDump,
  type DmiTable,
  parseDmidecode,
} from "../../../../collectors/tools/dmidecode/mod.ts";
import type { FolderEntry, Host, Read, RunOptions, RunResult } from "../../../../collectors/host/mod.ts";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import { recordingHost } from "../../../../collectors/host/recording.ts";
import { openReplay } from "../../../../collectors/host/replay.ts";
import { writeTool } from "../../host/support.ts";
import { concat, entryPoint3, serverStructures } from "./server.ts";

const table = concat(serverStructures());
const entryPoint = entryPoint3(0x10000);
const printed = Deno.readTextFileSync(new URL("../../../fixtures/dmidecode/server.txt", import.meta.url));
const server = parseDmidecode(printed).value;

const TABLES = "/sys/firmware/dmi/tables";
const PLAIN = "dmidecode";
const FROM_DUMP = "dmidecode --from-dump INPUT_FILE";

/** What the made-up host is asked to run: the arguments in one line, and the file that goes with them. */
interface Asked {
  command: string;
  inputFile: Uint8Array | undefined;
}

/** A host on which these commands print something, and these files are there: bytes, or why not. */
function hostOf(
  commands: Record<string, Partial<RunResult>>,
  files: Record<string, Uint8Array | "denied" | "failed"> = {},
  folders: Record<string, string[]> = {},
): { host: Host; asked: Asked[] } {
  const asked: Asked[] = [];
  const absent = (path: string) => ({ why: "absent", message: `${path}: No such file or directory` }) as const;
  const host: Host = {
    roots: { proc: "/proc", sys: "/sys", dev: "/dev" },
    run(tool: string, args: readonly string[], options?: RunOptions) {
      const command = [tool, ...args].join(" ");
      asked.push({ command, inputFile: options?.inputFile });
      const result: RunResult = {
        stdout: "",
        stderr: "",
        elapsedMs: 5,
        ...commands[command] ?? { failure: "missing" },
      };
      return Promise.resolve(result);
    },
    read(path: string): Promise<Read<Uint8Array>> {
      const file = files[path] ?? absent(path);
      if (file === "denied") return Promise.resolve({ why: "denied", message: `${path}: Permission denied` });
      if (file === "failed") return Promise.resolve({ why: "failed", message: `${path}: Input/output error` });
      return Promise.resolve(file instanceof Uint8Array ? { value: file } : file);
    },
    list(path: string): Promise<Read<FolderEntry[]>> {
      const names = folders[path];
      return Promise.resolve(names ? { value: names.map((name) => ({ name, kind: "file" })) } : absent(path));
    },
    start: () => Promise.resolve(undefined),
    link: (path: string) => Promise.resolve(absent(path)),
    addresses: () => Promise.resolve({ value: [] }),
  };
  return { host, asked };
}

function collect(host: Host): Promise<Collected<DmiTable>> {
  return dmidecodeCollector.collect(host, { signal: new AbortController().signal, partial: () => {} });
}

const MASKED: Partial<RunResult> = {
  failure: "failed",
  code: 1,
  stdout: "# dmidecode 3.4\nScanning /dev/mem for entry point.\n",
  stderr: "/dev/mem: No such file or directory\n",
};

Deno.test("dmidecodeCollector gives what dmidecode prints, and asks for nothing more", async () => {
  const { host, asked } = hostOf({ [PLAIN]: { code: 0, stdout: printed } });
  assertEquals(await collect(host), { status: "ok", version: "3.4", value: server, unparsed: [] });
  assertEquals(asked, [{ command: PLAIN, inputFile: undefined }]);
});

Deno.test("dmidecodeCollector notes what dmidecode says of broken tables on stderr", async () => {
  const warning = "Wrong DMI structures count: 99 announced, only 44 decoded.";
  const { status, notes, unparsed } = await collect(
    hostOf({ [PLAIN]: { stdout: printed, stderr: `${warning}\n` } }).host,
  );
  assertEquals({ status, notes, unparsed }, { status: "ok", notes: [warning], unparsed: [] });
});

Deno.test("dmidecodeCollector has a dump read where the tables are hidden from dmidecode", async () => {
  for (const plain of [MASKED, { stdout: "# dmidecode 3.4\n# No SMBIOS nor DMI entry point found, sorry.\n" }]) {
    const { host, asked } = hostOf({ [PLAIN]: plain, [FROM_DUMP]: { stdout: printed } }, {
      [`${TABLES}/smbios_entry_point`]: entryPoint,
      [`${TABLES}/DMI`]: table,
    });
    assertEquals(await collect(host), {
      status: "ok",
      version: "3.4",
      value: server,
      unparsed: [],
      notes: [`dmidecode read a dump made of ${TABLES}/DMI`],
    });
    assertEquals(asked[1], { command: FROM_DUMP, inputFile: dmiDump(entryPoint, table) });
  }
});

Deno.test("dmidecodeCollector says what needs root", async () => {
  const files = { [`${TABLES}/smbios_entry_point`]: "denied", [`${TABLES}/DMI`]: "denied" } as const;
  const { status, error, value } = await collect(hostOf({ [PLAIN]: MASKED }, files).host);
  assertEquals({ status, value }, { status: "failed", value: undefined });
  assertMatch(error!, /^\/sys\/firmware\/dmi\/tables\/smbios_entry_point: Permission denied; dmidecode needs root/);
});

Deno.test("dmidecodeCollector tells a machine without SMBIOS from one whose tables are hidden", async () => {
  const without = await collect(hostOf({ [PLAIN]: MASKED }, {}, { "/sys/class": ["net"] }).host);
  assertEquals(without, { status: "skipped", version: "3.4", error: "this machine has no SMBIOS tables" });
  const stdout = "# dmidecode 3.2\nGetting SMBIOS data from sysfs.\nSMBIOS 3.3 present.\n";
  const { status, error } = await collect(hostOf({ [PLAIN]: { stdout } }, {}, { "/sys/class": ["net"] }).host);
  assertEquals([status, error], ["failed", "dmidecode printed no SMBIOS structure"]);
  const hidden = await collect(
    hostOf({ [PLAIN]: MASKED }, {}, {
      "/sys/class": ["dmi"],
      "/sys/class/dmi/id": ["sys_vendor"],
    }).host,
  );
  assertEquals(hidden.status, "failed");
  assertMatch(hidden.error!, /hidden.* \/host-sys$/);
  // Where the host's /sys is not mounted, nothing is known.
  const unmounted = await collect(hostOf({ [PLAIN]: MASKED }).host);
  assertEquals(unmounted.status, "failed");
  assertMatch(unmounted.error!, /^whether there are SMBIOS tables: \/sys\/class: /);
});

Deno.test("dmidecodeCollector says what is wrong with tables that cannot be used", async () => {
  const broken = (entry: Uint8Array | "failed") =>
    collect(
      hostOf({ [PLAIN]: MASKED }, { [`${TABLES}/smbios_entry_point`]: entry, [`${TABLES}/DMI`]: table }).host,
    );
  assertEquals((await broken(new Uint8Array(31))).error, `${TABLES}/smbios_entry_point: no SMBIOS entry point`);
  assertEquals((await broken("failed")).error, `${TABLES}/smbios_entry_point: Input/output error`);
  assertEquals((await broken("failed")).status, "failed");
});

Deno.test("dmidecodeCollector keeps what is whole of a run that took too long, and nothing of a flood", async () => {
  const cut = printed.slice(0, printed.indexOf("\tPart Number: HMA") + 20);
  const { host, asked } = hostOf({ [PLAIN]: { failure: "timeout", stdout: cut } });
  const { status, error, value } = await collect(host);
  assertEquals(status, "timeout");
  assertMatch(error!, /^dmidecode: killed after/);
  const whole = server.structures.slice(0, value?.structures.length);
  assertEquals(value?.structures, whole);
  assertEquals([whole.at(-1)?.type, whole.some(({ type }) => type === 17)], [16, false]);
  assertEquals(asked.length, 1);
  const flood = await collect(hostOf({ [PLAIN]: { failure: "flood", stdout: printed } }).host);
  assertEquals([flood.status, flood.value], ["failed", undefined]);
});

Deno.test("dmidecodeCollector fails without a value where nothing can be read", async () => {
  const outcomes: [Partial<RunResult>, string, RegExp][] = [
    [{ failure: "missing" }, "missing", /not installed/],
    [{ failure: "timeout" }, "timeout", /killed after/],
    [{ failure: "flood", stdout: "x".repeat(9) }, "failed", /killed after more than/],
    [{ failure: "failed", code: 2, stderr: "oops" }, "failed", /exit code 2: oops/],
    [{ code: 0, stdout: "\0\x01noise" }, "failed", /line 1: found/],
  ];
  for (const [result, status, error] of outcomes) {
    const collected = await collect(hostOf({ [PLAIN]: result }).host);
    assertEquals(collected.status, status);
    assertMatch(collected.error!, error);
    assert(!("value" in collected));
  }
  const noise = { stdout: "\0\x01noise", code: 0 };
  const tables = { [`${TABLES}/smbios_entry_point`]: entryPoint, [`${TABLES}/DMI`]: table };
  for (const failure of ["missing", "timeout", "flood"] as const) {
    const { host, asked } = hostOf({ [PLAIN]: { failure } }, tables);
    await collect(host);
    assertEquals(asked.length, 1, failure);
  }
  const { status, error } = await collect(hostOf({ [PLAIN]: noise, [FROM_DUMP]: noise }, tables).host);
  assertEquals(status, "failed");
  assertMatch(error!, /^dmidecode: line 1: found/);
});

const located = await new Deno.Command("sh", { args: ["-c", "command -v dmidecode"] }).output();
const dmidecode = new TextDecoder().decode(located.stdout).trim();
if (dmidecode === "") console.log("dmidecode is not installed: the test that runs it is skipped");

Deno.test({
  name: "dmidecodeCollector reads the tables under the host's /sys with the real dmidecode, and from its recording",
  ignore: dmidecode === "",
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      for (const name of ["bin", "temp", "sys/firmware/dmi/tables"]) {
        await Deno.mkdir(`${folder}/${name}`, { recursive: true });
      }
      // Without arguments it fails as it does in a container, whatever this machine has.
      await writeTool(
        `${folder}/bin/dmidecode`,
        `[ $# -gt 0 ] || exit 1\nstat -c %a "$2" > ${folder}/mode\nexec ${dmidecode} "$@"`,
      );
      await Deno.writeFile(`${folder}/sys/firmware/dmi/tables/smbios_entry_point`, entryPoint);
      await Deno.writeFile(`${folder}/sys/firmware/dmi/tables/DMI`, table);
      const local = createLocalHost({
        roots: { sys: `${folder}/sys` },
        path: `${folder}/bin:/usr/bin:/bin`,
        tempFolder: `${folder}/temp`,
      });
      const recording = recordingHost(local, `${folder}/recording`, { includeSecrets: false });
      const collected = await collect(recording);
      await recording.finish();
      assertEquals(collected.status, "ok", collected.error);
      assertEquals(await Deno.readTextFile(`${folder}/mode`), "600\n");
      assertEquals([...Deno.readDirSync(`${folder}/temp`)], []);
      assertEquals(collected.value?.structures, server.structures);
      assertEquals(await collect(await openReplay(`${folder}/recording`)), collected);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
