import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { parse as parseYaml } from "@std/yaml";
import { parseCommand, UsageError } from "../checkin/cli/command.ts";
import { helpText } from "../checkin/cli/help.ts";
import { OPTIONS, PARSER_NAMES } from "../checkin/cli/options.ts";
import type { Facts } from "../collectors/facts/mod.ts";
import { PARSERS } from "../collectors/tools/parsers.ts";
import { which } from "./node/command.ts";
import { BINARY, PROGRAM, PROGRAM_COMMAND, PROGRAM_WORDS } from "./program.ts";

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the real program. */
async function run(args: string[], stdin = ""): Promise<Ended> {
  const child = new Deno.Command(PROGRAM, {
    args: [...PROGRAM_WORDS, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin)).then(() => writer.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

const folders: string[] = [];
globalThis.addEventListener("unload", () => folders.forEach((folder) => Deno.removeSync(folder, { recursive: true })));

/** A folder with these files, for as long as the tests run. */
async function bundle(files: Record<string, string>): Promise<string> {
  const folder = await Deno.makeTempDir();
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(join(folder, name, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, name), text);
  }
  return folder;
}

/** A recording that the program may read: compiled, it reads in /tmp only. */
async function dellRecording(): Promise<string> {
  const folder = fromFileUrl(new URL("./fixtures/bundles/dell", import.meta.url));
  if (BINARY === undefined) return folder;
  const copy = await bundle({});
  await new Deno.Command("cp", { args: ["-r", folder, copy] }).output();
  return join(copy, "dell");
}

const WRONG: [string[], string][] = [
  [["--onec"], "unknown option --onec: did you mean --once?"],
  [["--once", "now"], 'stray word "now"'],
  [["--once", "--", "--strict"], 'stray word "--strict"'],
  [["--once", "--format"], "--format needs a value"],
  [["--once", "--only", "--strict"], "--only needs a value"],
  [["--once", "--only", ""], "--only needs a value"],
  [["--once", "--strict", ""], 'stray word ""'],
  [["--once=yes"], "--once takes no value"],
  [["--once", "--log-level", "loud"], 'found "loud", expected DEBUG, INFO'],
  [["once"], 'stray word "once": did you mean --once?'],
  [["check"], 'stray word "check": did you mean --check-config?'],
  [["--fromat", "json"], "unknown option --fromat: did you mean --format?"],
  [["--xyzzy"], "unknown option --xyzzy"],
  [
    ["--once", "--format", "jsno"],
    'found "jsno" (did you mean json?), expected json, yaml, table, attributes, ironic, glpi, cyclonedx, metal3, csv, html',
  ],
  [["--once", "--format", "json", "--format=yaml"], "--format is given twice"],
  [
    ["--once", "--only", "cpu", "--only", "memory"],
    "--only is given twice: name all sections in one, as in cpu,memory",
  ],
  [["--once", "--log-format", "xml"], 'found "xml", expected text, json'],
  [["--parse", "lshw", "--once"], "do not go together"],
  [["--once", "--make-spec"], "--once and --make-spec do not go together: --make-spec alone is enough"],
  [["--parse", "lshw", "--strict"], "--strict goes only with --once"],
];

for (const [args, message] of WRONG) {
  Deno.test(`parseCommand() throws UsageError when given ${args.join(" ")}`, () => {
    assertThrows(() => parseCommand(args), UsageError, message);
  });
}

Deno.test("main.ts exits with 2 and a hint when an option's value makes no sense", async () => {
  for (
    const [args, message] of [
      [["--once", "--format", "xml"], 'found "xml", expected json, yaml, table'],
      [["--once", "--timeout", "soon"], 'found "soon", expected seconds'],
      [["--once", "--timeout", "0"], 'found "0", expected seconds, more than 0'],
      [["--once", "--only", "disk"], '--only: found "disk" (did you mean disks?), expected system'],
      [["--dry-run", "--server", "http://127.0.0.1", "--format", "yaml"], "--format yaml goes only with --once"],
      [["--once", "--only", "bmc", "--format", "attributes"], "--only does not go with --format attributes"],
      [["--parse", "lspci"], 'found "lspci", expected dmidecode'],
    ] as [string[], string][]
  ) {
    const { code, stderr, stdout } = await run(args);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, message);
    assertStringIncludes(stderr, "--help");
  }
});

Deno.test("parseCommand() takes what is clear: --help wherever it stands, -h, words in any case", () => {
  for (const args of [["--help"], ["-h"], ["--once", "--help"], ["--parse", "lshw", "-h"]]) {
    assertEquals(parseCommand(args).mode, "help");
  }
  assertEquals(parseCommand(["--once", "--log-level", "debug"]).values["log-level"], "DEBUG");
  assertEquals(parseCommand(["--once", "--once"]).mode, "once");
  assertEquals(parseCommand(["--explain", "uuid", "os.kernel", "memory"]).words, ["os.kernel", "memory"]);
});

Deno.test("PARSER_NAMES are the parsers", () => assertEquals<string[]>([...PARSER_NAMES], Object.keys(PARSERS)));

Deno.test("helpText() names every option in 80 columns, with usage, examples and exit codes", () => {
  const text = helpText();
  for (const { name } of OPTIONS) assertStringIncludes(text, `--${name}`);
  for (const words of ["Usage: hnl_mk", "Examples:", "Exit codes:", "-h, --help"]) assertStringIncludes(text, words);
  for (const line of text.split("\n")) assert(line.length <= 80, line);
  for (const [, words] of text.matchAll(/^ {2}hnl_mk (--.*)$/gm)) parseCommand(words!.split(" "));
});

Deno.test("main.ts --version prints the version alone", async () => {
  const { code, stdout } = await run(["--version"]);
  assertEquals(code, 0);
  assertMatch(stdout, /^\d+\.\d+\.\d+(_[0-9A-Za-z-]+)*\n$/);
});

Deno.test("main.ts --parse prints the typed value, and the lines that it did not understand on stderr", async () => {
  const { code, stdout, stderr } = await run(["--parse", "ipmitool-mc-info"], "Device ID : 32\nwhat is this\n");
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout).deviceId, 32);
  assertStringIncludes(stderr, "line 2 not understood: what is this");
  const hostile = await run(["--parse", "ipmitool-mc-info"], "Device ID : 32\n\x1b[2Jgone\x9b2J\n");
  assertStringIncludes(hostile.stderr, "line 2 not understood: ?[2Jgone?2J\n");
});

Deno.test("main.ts prints JSON that does not steer a terminal, whatever a switch calls itself", async () => {
  const systemName = "leaf\x9b2J\x7f\u202e\u2028-01";
  const heard = `Chassis ID TLV\n\tMAC: 00:00:5e:00:53:01\nPort ID TLV\n\tIfname: e1\nTime to Live TLV\n\t120\n` +
    `System Name TLV\n\t${systemName}\nEnd of LLDPDU TLV\n`;
  const { stdout } = await run(["--parse", "lldptool"], heard);
  assertEquals(JSON.parse(stdout).systemName, systemName);
  assertMatch(stdout, /^[\n -~]+$/);
});

Deno.test("main.ts --parse gives the value although stderr takes nothing", async () => {
  const command = `printf 'Device ID : 32\\nwhat is this\\n' | "$0" "$@" 2>/dev/full`;
  const args = ["-c", command, PROGRAM, ...PROGRAM_WORDS, "--parse", "ipmitool-mc-info"];
  const { code, stdout } = await new Deno.Command("sh", { args }).output();
  assertEquals([code, JSON.parse(new TextDecoder().decode(stdout)).deviceId], [0, 32]);
});

Deno.test("main.ts --parse exits with 1 and one line when nothing can be made of its input", async () => {
  const { code, stdout, stderr } = await run(["--parse", "lshw"], "no JSON at all\n");
  assertEquals([code, stdout], [1, ""]);
  assertEquals(stderr.trim().split("\n").length, 1);
  assertStringIncludes(stderr, "lshw: line 1");
});

Deno.test("main.ts --replay exits with 1 and one line when the recording is unusable", async () => {
  for (const folder of ["/tmp/does/not/exist", await bundle({ "commands.json": "{not json" })]) {
    const { code, stdout, stderr } = await run(["--once", "--replay", folder]);
    assertEquals([code, stdout], [1, ""]);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
  }
});

Deno.test("main.ts takes no --os-release that is another file", async () => {
  const folder = await bundle({
    "passwd": "root:x:0:0:root:/root:/bin/bash\n",
    "os-release": "NAME=Debian\nID=debian\n",
  });
  const once = (name: string) => run(["--once", "--only", "os", "--os-release", join(folder, name)]);
  const [wrong, right] = await Promise.all([once("passwd"), once("os-release")]);
  assertEquals([wrong.code, wrong.stdout, right.code], [2, "", 0]);
  assertStringIncludes(wrong.stderr, "passwd: found no NAME= or ID=, expected the form of os-release(5)");
  assertEquals((JSON.parse(right.stdout) as Facts).os!.distribution!.name, "Debian");
});

Deno.test("main.ts takes no --os-release that is no file", async () => {
  const modes = [["--once", "--only", "os"], ["--explain", "os.kernel"], ["--dry-run", "--server", "http://127.0.0.1"]];
  await Promise.all(modes.map(async (mode) => {
    const { code, stderr, stdout } = await run([...mode, "--os-release", "/does/not/exist"]);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "--os-release /does/not/exist: ");
  }));
});

Deno.test("main.ts --once shows what a recording of one pasted output holds, and says what the rest lacks", async () => {
  const folder = await bundle({
    "commands.json": JSON.stringify([{ argv: "dmidecode", stdout: "dmi.txt" }]),
    "dmi.txt": "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: ACME\n\tSerial Number: X1\n",
  });
  const { code, stdout } = await run(["--once", "--replay", folder, "--format", "json"]);
  assertEquals(code, 0);
  const facts = JSON.parse(stdout);
  assertEquals(facts.system, { manufacturer: "ACME", serialNumber: "X1" });
  assertEquals(facts.sources.lshw.status, "missing");
});

Deno.test("main.ts --replay asks for the commands that docs/recordings.md names for a recording made by hand", async () => {
  const page = await Deno.readTextFile(new URL("../docs/recordings.md", import.meta.url));
  const [, words] = /^These commands are recognised:\s(.*?)\.\sA command/ms.exec(page)!;
  const outputs: Record<string, string> = {
    "dmidecode": "dmidecode/server.txt",
    "lshw -json": "lshw/full.json",
    "lscpu -J": "lscpu/pipe.json",
    "lldptool get-tlv -n -i eth0": "lldptool/switch.txt",
    "ipmitool mc info": "ipmitool/mc-info.txt",
    "ipmitool lan print 1": "ipmitool/lan-print.txt",
    "ipmitool fru print 0": "ipmitool/fru-print-0.txt",
    "ipmitool mc guid": "ipmitool/mc-guid.txt",
    "ipmitool chassis status": "ipmitool/chassis-status.txt",
    "ipmitool sel info": "ipmitool/sel-info.txt",
    "ipmitool sel elist last 20": "ipmitool/sel-elist-last-20.txt",
    "ipmitool channel getaccess 1": "ipmitool/channel-getaccess-1.txt",
    "ipmitool user list 1": "ipmitool/user-list-1.txt",
  };
  const named = [...words!.matchAll(/`([^`]+)`/g)].map(([, command]) => command!);
  // Of lan6 there is no output of a real BMC.
  assertEquals(named.filter((command) => command !== "ipmitool lan6 print 1"), Object.keys(outputs));
  const folder = await bundle({
    "sys/class/net/eth0/carrier": "1\n",
    "commands.json": JSON.stringify(
      Object.entries(outputs).map(([argv, name]) => ({ argv, stdout: name })),
    ),
  });
  await Deno.symlink("../anywhere", join(folder, "sys/class/net/eth0/device"));
  for (const name of Object.values(outputs)) {
    await Deno.mkdir(join(folder, name, ".."), { recursive: true });
    await Deno.copyFile(fromFileUrl(new URL(`./fixtures/${name}`, import.meta.url)), join(folder, name));
  }
  const { code, stdout } = await run(["--once", "--replay", folder, "--format", "json"]);
  const { oemStrings, pci, cpu, neighbours, bmc }: Facts = JSON.parse(stdout);
  assertEquals(code, 0);
  for (const fact of [oemStrings, pci, cpu?.flags, neighbours, bmc?.firmware, bmc?.channels, bmc?.frus]) {
    assert(fact);
  }
});

Deno.test("main.ts --once --only asks only the sources that the sections need", async () => {
  const { code, stdout } = await run(["--once", "--only", "filesystems", "--format", "json"]);
  assertEquals(code, 0);
  assertEquals(Object.keys(JSON.parse(stdout).sources), ["hostfs"]);
});

Deno.test("main.ts --once --only shows no other section, of which it knows but a part", async () => {
  const replay = ["--once", "--replay", await dellRecording()];
  const { stdout } = await run([...replay, "--format", "json", "--only", "disks,bmc"]);
  assertEquals(Object.keys(JSON.parse(stdout)), [
    ...["schemaVersion", "agentVersion", "collectedAt", "sources", "identity"],
    ...["disks", "bmc"],
  ]);
  const { stdout: table } = await run([...replay, "--format", "table", "--only", "disks,bmc"]);
  assertEquals(table.match(/^[A-Z][A-Z ]*$/gm), ["DISKS", "BMC"]);
});

Deno.test("main.ts --strict exits with 5 when a source failed, and still prints the facts", async () => {
  const folder = await bundle({ "commands.json": JSON.stringify([{ argv: "lshw -json", failure: "timeout" }]) });
  const args = ["--once", "--replay", folder, "--only", "pci", "--format", "json"];
  assertEquals((await run(args)).code, 0);
  const { code, stdout } = await run([...args, "--strict"]);
  assertEquals(code, 5);
  assertEquals(JSON.parse(stdout).sources.lshw.status, "timeout");
});

Deno.test("main.ts --format yaml holds what --format json holds", async () => {
  const folder = await bundle({
    "commands.json": JSON.stringify([{ argv: "dmidecode", stdout: "dmi.txt" }]),
    // What a careless YAML would read as a number, a time, a truth value or a comment.
    "dmi.txt": "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: 0123\n\tProduct Name: NO\n" +
      "\tVersion: 12:30:45\n\tSerial Number: 1e3\n\tSKU Number: a: b # c\n\tFamily: 2021-07-09\n",
  });
  const args = ["--once", "--replay", folder, "--format"];
  const [json, yaml] = await Promise.all([run([...args, "json"]), run([...args, "yaml"])]);
  assertEquals([json.code, yaml.code], [0, 0]);
  assertEquals((parseYaml(yaml.stdout) as Facts).system, JSON.parse(json.stdout).system);
});

/** A configuration that leaves memorysize out. */
const EXCLUDING = `mk_uri: http://127.0.0.1:8026
mk_register_path: /hanlon/api/v1/node/register
mk_checkin_path: /hanlon/api/v1/node/checkin
mk_checkin_interval: 60
mk_checkin_skew: 0
mk_fact_excl_pattern: (^memorysize$)|(^facter.*$)
mk_log_level: Logger::ERROR
`;

Deno.test("main.ts --explain takes several names, sections, lists and a field of every item", async () => {
  const dell = fromFileUrl(new URL("./fixtures/bundles/dell", import.meta.url));
  const explain = (...args: string[]) => run(["--replay", dell, "--explain", ...args]);
  const [several, list, unknown] = await Promise.all([
    explain("mk_hw_mem_size", "mk_errors", "chassis", "disks[].serialNumber"),
    run(["--explain", "--list"]),
    explain("memory.totalBytes", "xyzzy"),
  ]);
  assertEquals([several.code, several.stderr], [0, ""]);
  for (
    const line of [
      /^mk_hw_mem_size = /m,
      /^mk_errors = "0"$/m,
      /^chassis\.serialNumber = /m,
      /^disks\[sda\]\.serialNumber = /m,
    ]
  ) {
    assertMatch(several.stdout, line);
  }
  assertEquals(
    several.stdout.match(/^disks\[/gm),
    several.stdout.match(/^disks\[\w+\]\.serialNumber = /gm)?.map(() => "disks["),
  );
  assertEquals(list.code, 0);
  for (const name of ["disks[].serialNumber", "mk_hw_mem_size"]) assertStringIncludes(list.stdout, `\n${name}\n`);
  assertEquals(unknown.code, 2);
  assertMatch(unknown.stdout, /^memory\.totalBytes = /);
  assertStringIncludes(unknown.stderr, 'no fact is called "xyzzy"');
});

Deno.test("main.ts --once --raw has what every tool said in a section of its own", async () => {
  const replay = ["--once", "--replay", fromFileUrl(new URL("./fixtures/bundles/dell", import.meta.url))];
  const [plain, whole] = await Promise.all([
    run([...replay, "--format", "json"]),
    run([...replay, "--raw", "--format", "json"]),
  ]);
  const { raw, ...facts } = JSON.parse(whole.stdout), { raw: none, ...same } = JSON.parse(plain.stdout);
  assertEquals([none, Object.keys(facts)], [undefined, Object.keys(same)]);
  assertEquals(Object.keys(raw), Object.keys(facts.sources));
  assert(raw.dmidecode.structures.some(({ type }: { type: number }) => type === 127));
  assertEquals(raw.lshw[0].class, "system");
});

Deno.test("main.ts --explain says what the configured mk_fact_excl_pattern leaves out", async () => {
  const folder = await bundle({
    "commands.json": "[]",
    "proc/meminfo": "MemTotal:       24684092 kB\n",
    "mk_conf.yaml": EXCLUDING,
  });
  const explain = (name: string, ...config: string[]) => run(["--explain", name, "--replay", folder, ...config]);
  const config = ["--config", join(folder, "mk_conf.yaml")];
  const [left, sent, unknown] = await Promise.all([
    explain("memorysize", ...config),
    explain("memorysize_mb", ...config),
    // A recording is of another machine: the configuration of this one says nothing about it.
    explain("memorysize"),
  ]);
  assertEquals([left.code, sent.code, unknown.code], [0, 0, 0], left.stderr);
  assertStringIncludes(left.stdout, "not sent: mk_fact_excl_pattern leaves it out");
  for (const { stdout } of [sent, unknown]) assert(!stdout.includes("not sent"), stdout);
  const { code, stdout, stderr } = await explain("memorysize", "--config", "/tmp/does/not/exist");
  assertEquals([code, stdout, stderr], [3, "", "hnl_mk: /tmp/does/not/exist: does not exist\n"]);
});

Deno.test("main.ts takes the labels of a configuration, and of one that names no server too where none is asked", async () => {
  const labels = "mk_labels:\n  rack: R12\n  row: 7\n";
  const folder = await bundle({ "labels.yaml": labels, "typo.yaml": `${labels}mk_url: http://127.0.0.1:9\n` });
  const config = ["--config", join(folder, "labels.yaml")];
  const [once, explained, typo, dry] = await Promise.all([
    run(["--once", "--format", "json", "--timeout", "5", ...config]),
    run(["--explain", "labels.rack", "mk_label_row", ...config]),
    run(["--once", "--config", join(folder, "typo.yaml")]),
    run(["--dry-run", ...config]),
  ]);
  assertEquals([once.code, JSON.parse(once.stdout).labels], [0, { rack: "R12", row: "7" }], once.stderr);
  assertStringIncludes(explained.stdout, 'labels.rack = "R12"');
  assertStringIncludes(explained.stdout, 'mk_label_row = "7"');
  // What is sent needs an address, and a key that means nothing may have been meant for one.
  for (const { code, stderr } of [typo, dry]) {
    assertEquals(code, 3);
    assertStringIncludes(stderr, "mk_uri: found nothing");
  }
});

Deno.test("main.ts --explain takes several names, and says which of them are none", async () => {
  const folder = await bundle({ "commands.json": "[]", "proc/meminfo": "MemTotal:       24684092 kB\n" });
  const { code, stdout, stderr } = await run([
    "--explain",
    "memorysize",
    "memorysise",
    "memorysize_mb",
    "--replay",
    folder,
  ]);
  assertEquals(code, 2);
  assertEquals(stdout.match(/^\w+ = /gm), ["memorysize = ", "memorysize_mb = "]);
  assertMatch(stderr, /^hnl_mk: no fact is called "memorysise"; like it: memorysize/);
});

Deno.test("main.ts exits with 3 where the certificates of the configuration cannot be used", async () => {
  const folder = await bundle({
    "broken.pem": "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n",
  });
  const config = join(folder, "mk_conf.yaml");
  const modes = [["--check-config"], ["--once", "--state-dir", folder], ["--dry-run", "--state-dir", folder]];
  for (
    const [file, message] of [
      ["absent.pem", `mk_ca_file: ${folder}/absent.pem: does not exist\n`],
      ["broken.pem", "mk_ca_file, mk_client_cert_file, mk_client_key_file: "],
    ] as const
  ) {
    const secure = EXCLUDING.replace("http:", "https:");
    await Deno.writeTextFile(config, `${secure}mk_ca_file: ${join(folder, file)}\n`);
    await Promise.all(modes.map(async (mode) => {
      const { code, stdout, stderr } = await run([...mode, "--config", config]);
      assertEquals([code, stdout, stderr.split("\n").length], [3, "", 2], stderr);
      assertStringIncludes(stderr, `hnl_mk: ${message}`);
    }));
  }
});

Deno.test("main.ts --check-config lists every error, and names the nearest known key to an unknown one", async () => {
  const folder = await bundle({
    "bad.yaml": EXCLUDING.replace("/hanlon/api/v1/node/register", "register").replace("http://127.0.0.1:8026", "x"),
    "odd.yaml": `${EXCLUDING.replace("Logger::ERROR", "TRACE")}mk_collect_intervall: 60\n`,
  });
  const check = (name: string, ...more: string[]) => run(["--check-config", "--config", join(folder, name), ...more]);
  const [bad, badJson, odd, oddJson] = await Promise.all([
    check("bad.yaml"),
    check("bad.yaml", "--format", "json"),
    check("odd.yaml"),
    check("odd.yaml", "--format", "json"),
  ]);
  assertEquals([bad.code, bad.stdout, badJson.code], [3, "", 3]);
  assertEquals(bad.stderr.match(/mk_\w+: found/g), ["mk_register_path: found", "mk_uri: found"]);
  assertEquals(JSON.parse(badJson.stdout).errors.length, 2);
  assertEquals(odd.code, 0);
  assertStringIncludes(
    odd.stdout,
    "mk_collect_intervall means nothing here and is ignored: did you mean mk_collect_interval?",
  );
  assertEquals((parseYaml(odd.stdout) as Record<string, unknown>).mk_log_level, "Logger::INFO");
  const { config, errors, warnings } = JSON.parse(oddJson.stdout);
  assertEquals([config.mk_checkin_interval, errors, warnings.length], [60, [], 2]);
});

Deno.test("main.ts --check-config lists what only tunes, unknown keys and files beside the errors", async () => {
  const folder = await bundle({
    "mk_conf.yaml": [
      "mk_uri: htp://hanlon",
      "mk_register_path: /register",
      "mk_checkin_pth: /checkin",
      "mk_checkin_interval: often",
      "mk_labels: {a b: c}",
      "mk_ca_file: /etc/hnl_mk/does-not-exist.pem",
      "mk_token_file: /etc/hnl_mk/no-token",
      "mk_facts_targets: [{uri: 'ftp://x'}]",
    ].join("\n"),
  });
  const args = ["--check-config", "--config", join(folder, "mk_conf.yaml")];
  const [text, asJson] = await Promise.all([run(args), run([...args, "--format", "json"])]);
  assertEquals([text.code, text.stdout, asJson.code], [3, "", 3]);
  const { errors, warnings } = JSON.parse(asJson.stdout) as Record<string, string[]>;
  const keys = (lines: string[]) =>
    lines.map((line) => /\bmk_\w+/.exec(line.replace(/.*mk_conf\.yaml/, ""))![0]).sort();
  assertEquals(keys(errors!), ["mk_ca_file", "mk_checkin_path", "mk_token_file", "mk_uri"]);
  assertEquals(keys(warnings!), [
    ...["mk_checkin_interval", "mk_checkin_pth", "mk_checkin_skew", "mk_facts_targets", "mk_labels", "mk_log_level"],
  ]);
  assertStringIncludes(
    text.stderr,
    "warning: mk_checkin_pth means nothing here and is ignored: did you mean mk_checkin_path?",
  );
  for (const error of errors!) assertStringIncludes(text.stderr, `hnl_mk: ${error}\n`);
  for (const warning of warnings!) assertStringIncludes(text.stderr, `hnl_mk: warning: ${warning}\n`);
});

Deno.test("main.ts --dry-run of a recording needs no server, and says so", async () => {
  const replay = await dellRecording();
  const { code, stdout, stderr } = await run(["--dry-run", "--replay", replay, "--format", "json"]);
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).length, 2);
  const isHere = await Deno.stat("/tmp/mk_conf.yaml").then(() => true, () => false);
  if (!isHere) {
    assertMatch(stderr, /^hnl_mk: no configuration: these are the requests to http:\S+; --server names another/);
  }
});

Deno.test("main.ts --only findings shows what all of the machine is judged by", async () => {
  const { stdout } = await run(["--once", "--only", "findings", "--replay", await dellRecording()]);
  const { findings, memory } = JSON.parse(stdout) as Facts;
  assertEquals(findings!.map(({ id }) => id), ["memory-usable", "dimm-speed"]);
  assertEquals(memory, undefined);
});

Deno.test("main.ts --dry-run takes a recording, and has its requests as one JSON value", async () => {
  const replay = fromFileUrl(new URL("./fixtures/bundles/dell", import.meta.url));
  const args = ["--dry-run", "--server", "http://127.0.0.1:8026", "--replay", replay];
  const [json, text] = await Promise.all([run([...args, "--format", "json"]), run(args)]);
  assertEquals([json.code, text.code], [0, 0], json.stderr);
  const requests = JSON.parse(json.stdout);
  assertEquals(requests.map(({ method }: { method: string }) => method), ["GET", "POST"]);
  assertEquals(requests[1].body.attributes_hash.manufacturer, "Dell Inc.");
  assertStringIncludes(text.stdout, `GET ${requests[0].url}\n`);
});

Deno.test("main.ts --output writes a whole file, over nothing but a file and where nobody else can swap it", async () => {
  const folder = await bundle({ "commands.json": "[]", "shared/x": "" });
  const file = join(folder, "facts.json");
  const once = (output: string) => run(["--once", "--replay", folder, "--only", "os", "--output", output]);
  const { code, stdout } = await once(file);
  assertEquals([code, stdout, JSON.parse(await Deno.readTextFile(file)).schemaVersion], [0, "", 2]);
  await Deno.chmod(join(folder, "shared"), 0o777);
  for (
    const [output, why] of [
      [join(folder, "shared"), "it is not a regular file, but a folder"],
      ["/dev/null", "it is not a regular file, but a device"],
      [join(folder, "absent/facts.json"), "does not exist"],
      [join(folder, "shared/facts.json"), "it is writable by others (mode 0777)"],
    ] as const
  ) {
    const { code, stdout, stderr } = await once(output);
    assertEquals([code, stdout], [1, ""], output);
    assertStringIncludes(stderr, "hnl_mk: --output ");
    assertStringIncludes(stderr, why);
  }
  assertEquals((await Deno.lstat("/dev/null")).isCharDevice, true);
});

Deno.test("main.ts --once --only sources asks all of them, and shows how they answered", async () => {
  const folder = await bundle({ "commands.json": JSON.stringify([{ argv: "lshw -json", failure: "timeout" }]) });
  const { code, stdout } = await run(["--once", "--replay", folder, "--only", "sources"]);
  const facts = JSON.parse(stdout);
  assertEquals([code, facts.sources.lshw.status, Object.keys(facts.sources).length], [0, "timeout", 6]);
  assertEquals("os" in facts, false);
});

Deno.test("main.ts --record says where the recording is, how large, and what to look through", async () => {
  const replay = fromFileUrl(new URL("./fixtures/bundles/dell", import.meta.url));
  const folder = join(await bundle({}), "recording");
  const { code, stderr } = await run(["--once", "--replay", replay, "--record", folder, "--format", "json"]);
  assertEquals(code, 0);
  assertMatch(
    stderr,
    /^hnl_mk: recorded in \S+\/recording: \d+ files, [\d.]+ [KM]iB\nbefore you send it, look through it /m,
  );
  assertStringIncludes(stderr, "serial numbers");
});

const canScript = await which("script") !== undefined;
if (!canScript) console.log("skipped: there is no script(1) to run main.ts on a terminal");

Deno.test({
  name: "main.ts --once on a terminal shows what runs, then the table, in colour unless NO_COLOR is set",
  ignore: !canScript,
  async fn() {
    const folder = await bundle({ "commands.json": JSON.stringify([{ argv: "lshw -json", failure: "timeout" }]) });
    const command = `${PROGRAM_COMMAND} --once --replay ${folder}`;
    const onTerminal = async (env: Record<string, string>) => {
      const args = ["-qec", command, "/dev/null"];
      const { code, stdout } = await new Deno.Command("script", { args, env, stdin: "null" }).output();
      assertEquals(code, 0);
      return new TextDecoder().decode(stdout).replaceAll("\r\n", "\n");
    };
    const [colour, plain, dumb] = await Promise.all([
      onTerminal({ NO_COLOR: "", TERM: "xterm" }),
      onTerminal({ NO_COLOR: "1", TERM: "xterm" }),
      onTerminal({ NO_COLOR: "", TERM: "dumb" }),
    ]);
    for (const text of [colour, plain, dumb]) {
      assertMatch(text, /^\r0 s {2}running: dmidecode/);
      assertStringIncludes(text, "lshw (timeout)");
    }
    assertStringIncludes(colour, "\n\x1b[31mNOT READ\x1b[0m\n  dmidecode  missing: not installed; package");
    assertStringIncludes(plain, "\nNOT READ\n  dmidecode  missing: not installed; package");
    assertEquals([plain, dumb].map((text) => text.includes("\x1b")), [false, false]);
  },
});

Deno.test({
  name: "main.ts --once on a terminal shows each section as a table, as wide as the terminal",
  ignore: !canScript,
  async fn() {
    const words = ["--once", "--replay", await dellRecording(), "--only", "oemStrings,pci"];
    const onTerminal = async (columns: number) => {
      const command = `stty cols ${columns} && ${PROGRAM_COMMAND} ${words.join(" ")} 2>/dev/null`;
      const { stdout } = await new Deno.Command("script", {
        args: ["-qec", command, "/dev/null"],
        env: { NO_COLOR: "1" },
        stdin: "null",
      }).output();
      return new TextDecoder().decode(stdout).split("\r\n");
    };
    const [narrow, wide] = await Promise.all([onTerminal(80), onTerminal(160)]);
    assertEquals(narrow.slice(1, 4), ["", "OEM STRINGS", "  Dell System, 5[0000], hnl-node"]);
    const widest = (lines: string[]) => Math.max(...lines.map((line) => line.length));
    assert(widest(narrow) <= 80 && widest(wide) > 80 && widest(wide) <= 160, `${widest(narrow)} ${widest(wide)}`);
  },
});

Deno.test({
  name: "main.ts --once on a terminal writes its log on lines of its own",
  ignore: !canScript,
  async fn() {
    const words = ["--once", "--server", "http://127.0.0.1:8", "--state-dir", await bundle({})];
    const command = `${PROGRAM_COMMAND} ${words.join(" ")}`;
    const { stdout } = await new Deno.Command("script", { args: ["-qec", command, "/dev/null"], stdin: "null" })
      .output();
    assertMatch(
      new TextDecoder().decode(stdout),
      /\r\d+ s {2}done: [^\n]*\r *\r\S+ ERROR check-in failed: [^\n]*\n\r\d+ s {2}done: /,
    );
  },
});

Deno.test({
  name: "main.ts without options on a terminal says what it waits for, and names --once",
  ignore: !canScript,
  async fn() {
    const words = ["--config", join(await bundle({}), "mk_conf.yaml"), "--state-dir", await bundle({})];
    const command = `timeout --foreground 2 ${PROGRAM_COMMAND} ${words.join(" ")}`;
    const { stdout } = await new Deno.Command("script", { args: ["-qec", command, "/dev/null"], stdin: "null" })
      .output();
    const said = new TextDecoder().decode(stdout);
    assertStringIncludes(said, "hnl_mk --once");
    assertMatch(said, /waits for its configuration: \S+\/mk_conf\.yaml \(a Hanlon server's cloud-config writes it\)/);
  },
});
