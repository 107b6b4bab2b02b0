import { assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import fc from "fast-check";
import { yaml } from "../../../checkin/cli/yaml.ts";

/** Texts that some reader of YAML 1.1 or 1.2 takes for a number, a boolean, null, a date, a key, or the end of one. */
const TEXTS = [
  ...["018000", "01183660", "0777", "0o17", "0x1f", "0b1", "1e6", "1E5", "1.e+3", ".5", "5.", "1_000", "1,000", "+1"],
  ...["-1", "-", "--", "---", "...", ".", "1", "0", "00", "007", "1e", "e1", "1e6e", "685_230.15", "190:20:30"],
  ...["12:30:45", "1:2", "2021-07-09", "2021-07-09T01:02:03Z", "2021-7-9 1:2:3", "52:54:00:12:34:56"],
  ...["yes", "No", "ON", "off", "y", "N", "true", "False", "TRUE", "null", "Null", "NULL", "~", "", "nan", "Inf"],
  ...[".nan", ".NaN", ".inf", "-.INF", "+.inf", "<<", "=", "!", "!!str x", "&a", "*a", "?", "? a", "@a", "`a", "%a"],
  ...[
    "a: b",
    "a:b",
    "a:",
    ": a",
    ":a",
    "a #b",
    "#a",
    "- a",
    "[a",
    "a]",
    "{a",
    "}",
    ",",
    '"',
    "'",
    "'a'",
    '"a"',
    "|",
    ">",
  ],
  ...[
    " a",
    "a ",
    " ",
    "a  b",
    "\t",
    "a\tb",
    "a\nb",
    "a\n",
    "\na",
    "a\r\nb",
    "\0",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\xa0",
    "é",
  ],
  ...[
    "\u2028",
    "\u2029",
    "\ufeff",
    "\ufeffa",
    "\ufffe",
    "\u{1f600}",
    "广",
    "\\",
    "\\n",
    "\\u0041",
    "a/b",
    "a (b)",
    "Dell Inc.",
  ],
  ...["x".repeat(300), "many words ".repeat(40), "a-b", "PROC 1 DIMM 3", "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz"],
];
const VALUES = [0, -1, 1.5, 1e21, 1e-7, -2.5e-9, 2 ** 53, true, false, null, [], {}, [[]], [[1, [2, 3]], { a: [] }]];
const DOCUMENT = {
  texts: TEXTS,
  values: VALUES,
  keys: Object.fromEntries(TEXTS.map((text, i) => [text, i])),
  items: [{ name: "sda", serialNumber: "018000", byId: ["a", "1"], nested: { deep: { deeper: "yes" } } }, {}, [], "x"],
};

Deno.test("yaml() writes every text so that @std/yaml reads it back", () => {
  assertEquals(parse(yaml(DOCUMENT)), DOCUMENT);
  for (const value of [...TEXTS, ...VALUES]) assertEquals(parse(yaml(value)), value);
});

Deno.test("yaml() leaves plain what nobody takes for anything else", () => {
  assertEquals(
    yaml({ disks: [{ name: "sda", model: "INTEL SSDSC2KB48", sizeBytes: 480103981056 }], system: { sku: "0715" } }),
    'disks:\n  - name: sda\n    model: INTEL SSDSC2KB48\n    sizeBytes: 480103981056\nsystem:\n  sku: "0715"\n',
  );
});

Deno.test("yaml() of any JSON is read back as it was", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      const plain = JSON.parse(JSON.stringify(value));
      assertEquals(parse(yaml(plain)), plain);
    }),
    { numRuns: 100, interruptAfterTimeLimit: 2000 },
  );
});

/** Programs of other languages that read YAML on stdin and write JSON on stdout. */
const READERS: Record<string, string[]> = {
  "Debian's yq": ["yq", "."],
  "python3-yaml": [
    "python3",
    "-c",
    "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read().decode())))",
  ],
  ruby: ["ruby", "-ryaml", "-rjson", "-Ku", "-e", "puts JSON.generate(YAML.safe_load(STDIN.read))"],
};

for (const [name, argv] of Object.entries(READERS)) {
  const probe = await read(argv, "[1]\n");
  Deno.test({
    name: `yaml() writes what ${name} reads as it is${probe === "[1]" ? "" : ` (skipped: ${probe})`}`,
    ignore: probe !== "[1]",
    fn: async () => assertEquals(JSON.parse(await read(argv, yaml(DOCUMENT))), DOCUMENT),
  });
}

/** The JSON that the program makes of `text`, without blanks; where it cannot, why. */
async function read([program, ...args]: string[], text: string): Promise<string> {
  try {
    const options = { args, stdin: "piped", stdout: "piped", stderr: "piped", env: { LC_ALL: "C.UTF-8" } } as const;
    const child = new Deno.Command(program!, options).spawn();
    const writer = child.stdin.getWriter();
    const written = writer.write(new TextEncoder().encode(text)).then(() => writer.close()).catch(() => {});
    const { success, stdout, stderr } = await child.output();
    await written;
    const output = new TextDecoder().decode(success ? stdout : stderr).trim();
    return text === "[1]\n" ? output.replace(/\s/g, "") : output;
  } catch (error) {
    return (error as Error).message;
  }
}
