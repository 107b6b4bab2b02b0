import { tempFolder } from "../temp_folder.ts";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { compileArguments, copySources, embedded, settingsOfProgram, withVersion } from "../../.ci/compile.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

Deno.test("compileArguments() allow what is needed, by name, and nothing more", () => {
  const flags = compileArguments("OUTPUT").filter((argument) =>
    /^(--allow|--no-prompt|--deny|-[A-Z]|--unstable|--v8)/.test(argument)
  );
  // Written out here once more: whoever lets the program do more has to say so twice.
  assertEquals(flags, [
    "--v8-flags=--optimize-for-size,--max-semi-space-size=2",
    "--no-prompt",
    "--allow-run=dmidecode,lshw,lscpu,lldptool,ipmitool,lldpad",
    "--allow-read=/host-proc/cmdline,/host-proc/cpuinfo,/host-proc/filesystems,/host-proc/loadavg," +
    "/host-proc/meminfo,/host-proc/partitions,/host-proc/stat,/host-proc/uptime,/host-proc/version,/host-proc/sys/kernel," +
    "/host-proc/net,/host-proc/thread-self/children,/host-proc/1/mountinfo,/host-proc/1/net," +
    "/host-proc/1/root/etc/os-release,/host-proc/1/root/usr/lib/os-release,/host-proc/1/root/etc/debian_version," +
    "/host-proc/1/root/etc/resolv.conf,/host-proc/1/root/run/systemd/resolve/resolv.conf," +
    "/host-proc/1/root/run/systemd/resolve/stub-resolv.conf,/host-proc/1/root/run/NetworkManager/resolv.conf," +
    "/host-proc/1/root/run/resolvconf/resolv.conf,/host-proc/1/root/run/netconfig/resolv.conf," +
    "/host-proc/1/root/etc/lsb-release,/host-proc/1/root/etc/lsb-release.d,/host-proc/1/root/etc/selinux/config," +
    "/host-proc/device-tree," +
    "/host-sys,/host-dev,/tmp,/etc/hnl_mk",
    "--deny-read=/host-proc/1/root,/host-proc/self",
    "--allow-write=/tmp",
    "--allow-net",
    "--allow-env=PATH,TERM,HTTP_PROXY,http_proxy,ALL_PROXY,all_proxy,HTTPS_PROXY,https_proxy,NO_PROXY,no_proxy",
    "--allow-sys=networkInterfaces,uid",
    "--deny-import",
    "--deny-ffi",
  ]);
});

Deno.test("the task compile runs .ci/compile.ts, and no other task makes a program", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  assertEquals(tasks.compile.command, "deno run --allow-all --no-prompt .ci/compile.ts");
  const commands: string[] = Object.values<{ command: string }>(tasks).map(({ command }) => command);
  assertEquals(commands.filter((command) => /\bdeno compile\b/.test(command)), []);
});

Deno.test("withVersion() replaces version and time, and throws when there is none to replace", () => {
  const module = '/** The version. */\nexport const VERSION = "4.0.0";\nexport const COMMITTED = "";\n';
  assertEquals(
    withVersion(module, "4.1.0_x", "2026-11-27T12:00:00+01:00"),
    '/** The version. */\nexport const VERSION = "4.1.0_x";\nexport const COMMITTED = "2026-11-27T12:00:00+01:00";\n',
  );
  assertThrows(() => withVersion("export const version = 1;", "4.1.0"), Error, "found no line");
  assertThrows(() => withVersion('export const VERSION = "4.0.0";', "4.1.0"), Error, "COMMITTED");
});

Deno.test("settingsOfProgram() keeps the standard library, and none of the test libraries", async () => {
  const settings = JSON.parse(settingsOfProgram(await Deno.readTextFile(join(ROOT, "deno.json"))));
  assertEquals(Object.keys(settings).sort(), ["compilerOptions", "imports", "nodeModulesDir"]);
  const others = Object.entries(settings.imports).filter(([, address]) => !/^npm:deno-std@/.test(String(address)));
  assertEquals(others, []);
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

async function deno(args: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<Ended> {
  const { DENORT_BIN: _, ...inherited } = Deno.env.toObject();
  const env = { ...inherited, NO_COLOR: "1", ...options.env };
  const command = new Deno.Command(Deno.execPath(), { args, cwd: options.cwd ?? ROOT, clearEnv: true, env });
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

function compileTask(args: string[], env: Record<string, string>): Promise<Ended> {
  return deno(["run", "--allow-all", "--no-prompt", ".ci/compile.ts", ...args], { env });
}

/** A cache of Deno's that holds the npm packages, but no runtime. */
async function cacheWithoutRuntime(): Promise<string> {
  const { stdout } = await deno(["info", "--json"]);
  const folder = await tempFolder();
  await Deno.symlink(JSON.parse(stdout).npmCache, join(folder, "npm"));
  return folder;
}

Deno.test("the compiler embeds main.ts, collectors/, checkin/ and deno-std only", async () => {
  const folder = await tempFolder();
  await copySources(folder, "4.0.0_test");
  const env = { DENORT_BIN: Deno.execPath() };
  // As always, but for its list of what it embeds.
  const args = compileArguments(join(folder, "hnl_mk")).filter((argument) => argument !== "--quiet");
  const { code, stdout, stderr } = await deno(args, { cwd: folder, env });
  assertEquals(code, 0, stderr);
  // The list is a tree, with what lies at its top in the first column: "├─┬ collectors (746.22KB)".
  const top = (stdout + stderr).split("\n").flatMap((line) => /^[├└][─┬]+ (\S+)/.exec(line)?.[1] ?? []);
  const names = top.map((path) => path.split("/")[0]!).filter((name) => !name.startsWith("."));
  assertEquals(names.sort(), ["checkin", "collectors", "main.ts"]);
  const modules = top.filter((path) => path.startsWith("."));
  assertEquals(modules.length, 1, top.join("\n"));
  assertMatch(modules[0]!, /^\.deno_compile_node_modules\/[^/]+\/deno-std\//);
});

Deno.test("compileArguments() make a program that says nothing of its own at each start", () => {
  assertEquals(compileArguments("OUTPUT").slice(0, 2), ["compile", "--quiet"]);
});

Deno.test("embedded() lists what main.ts reaches: folders, files and packages", async () => {
  const folder = await tempFolder();
  await copySources(folder, "4.0.0_test");
  const { stdout } = await deno(["info", "--json", "main.ts"], { cwd: folder });
  const lines = embedded(stdout, folder).split("\n").map((line) => line.replace(/\d+/g, "N"));
  assertEquals(lines, [
    "embedded:",
    "  checkin      N files, N kB",
    "  collectors   N files, N kB",
    "  main.ts      N kB",
    "  npm:deno-std@N.N.N",
  ]);
});

Deno.test("the task compile says so when what it made is not the program", async () => {
  const { code, stderr } = await compileTask(["--version", "4.0.0_test"], { DENORT_BIN: Deno.execPath() });
  assertEquals(code, 1);
  assertMatch(stderr, /^dist\/hnl_mk was not made: what was made is no hnl_mk 4\.0\.0_test: to --version it says/);
});

Deno.test("the task compile says in one line that there is no runtime, and exits with 0 when that is allowed", async () => {
  // A proxy that is not there: with a network, too, nothing is downloaded.
  const env = { HTTPS_PROXY: "http://127.0.0.1:1", DENO_DIR: await cacheWithoutRuntime() };
  const refused = await compileTask([], env);
  assertEquals(refused.code, 1);
  assertMatch(refused.stderr, /^dist\/hnl_mk was not made: Deno's runtime .* cannot be downloaded from https:.*\n$/);
  const skipped = await compileTask(["--if-possible"], env);
  assertEquals([skipped.code, skipped.stderr], [0, ""]);
  assertMatch(skipped.stdout, /^skipped: Deno's runtime .* cannot be downloaded from https:.*\n$/);
});

Deno.test("the task compile refuses a time of the commit that is none", async () => {
  const { code, stderr } = await compileTask(["--version", "4.0.0_test", "--committed", "yesterday"], {});
  assertEquals(code, 1);
  assertMatch(stderr, /--committed: found "yesterday", expected a time/);
});

Deno.test("the task compile exits with 2 and its usage when it does not know an option", async () => {
  const { code, stderr } = await compileTask(["--fast"], {});
  assertEquals(code, 2);
  assertMatch(stderr, /--fast.*\nusage: deno task compile/);
});
