import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { OPTIONS } from "../../checkin/cli/options.ts";
import { bashCompletion } from "./completions.ts";
import { MADE } from "./made.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const DOCS = `${ROOT}docs`;

for (const { file, make } of MADE) {
  Deno.test(`${file.slice(ROOT.length)} is what its table says (deno task docs)`, async () => {
    assertEquals(await Deno.readTextFile(file), await make());
  });
}

/** What a program says of a file, stdout and stderr; undefined where it is not installed. */
async function said(program: string, args: string[]): Promise<{ code: number; text: string } | undefined> {
  try {
    const command = new Deno.Command(program, { args, stdin: "null", env: { MANPAGER: "cat", LC_ALL: "C.UTF-8" } });
    const { code, stdout, stderr } = await command.output();
    return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

Deno.test("man shows hnl_mk.8 without a warning, with every option", async () => {
  const page = await said("man", ["--warnings", "--encoding=ascii", "-l", `${DOCS}/hnl_mk.8`]);
  if (page !== undefined) {
    assertEquals(page.code, 0, page.text);
    assert(!page.text.includes("warning:"), page.text);
    for (const { name } of OPTIONS) assertStringIncludes(page.text, `--${name}`);
  }
  const lint = await said("mandoc", ["-Tlint", "-Wwarning", `${DOCS}/hnl_mk.8`]);
  // The page has no date: the package that installs it has.
  const faults = lint?.text.split("\n").filter((line) => line !== "" && !line.includes("missing date"));
  assertEquals(faults ?? [], []);
});

/** What bash offers behind these words; undefined without bash. */
async function offered(...words: string[]): Promise<string[] | undefined> {
  const script = `compopt() { :; }
    ${bashCompletion()}
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _hnl_mk
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const answer = await said("bash", ["-c", script, "bash", ...words]);
  return answer?.text.split("\n").filter((line) => line !== "");
}

Deno.test("bash completes options, words, lists and folders", async () => {
  if (await said("bash", ["--version"]) === undefined) return;
  assertEquals(await offered("hnl_mk", "--sta"), ["--status", "--state-dir"]);
  assertEquals(await offered("hnl_mk", "--once", "--log-format", ""), ["text", "json"]);
  assertEquals(await offered("hnl_mk", "--once", "--only", "memory,neigh"), ["memory,neighbours"]);
  assertEquals(await offered("hnl_mk", "--replay", `${DOCS}/comp`), [`${DOCS}/completions`]);
  assertEquals(await offered("hnl_mk", "--timeout", ""), []);
});

Deno.test("zsh and fish take their completions, and fish offers the options", async () => {
  const zsh = await said("zsh", ["-n", `${DOCS}/completions/_hnl_mk`]);
  if (zsh !== undefined) assertEquals(zsh, { code: 0, text: "" });
  const script = `source ${DOCS}/completions/hnl_mk.fish; complete -C "hnl_mk --once --format "`;
  const fish = await said("fish", ["--no-config", "--command", script]);
  if (fish !== undefined) assertMatch(fish.text, /^attributes\t/m);
});
