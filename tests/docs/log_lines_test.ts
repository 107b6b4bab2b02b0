import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { ROOT } from "./markdown.ts";

/** Where a line is logged: `log.always("started"`, `log.once("key", "WARN", …`, the message in quotes or a template. */
const LOGGED =
  /\blog\.(?:(?:always|error|warn|info)\(\s*|once\(\s*(?:`[^`]*`|[^,`]+),\s*"\w+",\s*)(`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*")/g;

/** The messages that the daemon's sources log above DEBUG, as they stand in the code. */
function* messages(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* messages(join(folder, name));
    else {
      for (const [, message] of Deno.readTextFileSync(join(folder, name)).matchAll(LOGGED)) yield message!.slice(1, -1);
    }
  }
}

Deno.test("docs/operations.md names every line of the log", () => {
  const page = Deno.readTextFileSync(join(ROOT, "docs/operations.md")).replace(/\s+/g, " ");
  const all = [...messages(join(ROOT, "checkin"))];
  assert(all.length > 30, "the lines are not found in the code");
  const unnamed = all.filter((message) => {
    // What is the same in every such line: the longest text between two values.
    const [longest] = message.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/).map((part) => part.replace(/^[;: ]+|[;: (]+$/g, ""))
      .sort((a, b) => b.length - a.length);
    return longest !== "" && !page.includes(longest!);
  });
  assertEquals(unnamed, []);
});
