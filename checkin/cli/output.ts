/** The formats in which facts are printed. */
import type { Facts } from "../../collectors/facts/mod.ts";
import type { Collection } from "../../collectors/mod.ts";
import { table, TABLE_SECTIONS } from "../../collectors/show/table.ts";
import type { Attributes } from "../hanlon/attributes/mod.ts";
import { oneOf, UsageError } from "./command.ts";
import { type Command, FORMATS } from "./options.ts";
import { json } from "./json.ts";

type Format = (typeof FORMATS)[number];

/** What `--once` prints: on a terminal the table, where it has a place for what is asked for. Throws UsageError. */
export function formatOf({ values }: Command, only: readonly (keyof Facts)[] = []): Format {
  const unshown = only.filter((section) => !TABLE_SECTIONS.includes(section));
  if (values["format"] === undefined) {
    return Deno.stdout.isTerminal() && values["output"] === undefined && unshown.length === 0 ? "table" : "json";
  }
  const format = oneOf("format", values["format"], FORMATS);
  // Made of a part of the facts, they would not be what a server gets.
  if (!["json", "yaml", "table"].includes(format) && only.length > 0) {
    throw new UsageError(`--only does not go with --format ${format}, which is made of all facts`);
  }
  if (format === "table" && unshown.length > 0) {
    throw new UsageError(`--format table has no place for ${unshown.join(", ")}: json and yaml have`);
  }
  return format;
}

/** The facts in that format; `attributes` are those that were sent, where they were. */
export async function show(
  command: Command,
  collection: Collection,
  format: Format,
  attributes: Attributes | undefined,
): Promise<string> {
  const { facts } = collection;
  switch (format) {
    case "json":
      return json(facts);
    case "yaml":
      return (await import("@std/yaml")).stringify(facts);
    case "attributes": {
      const { attributesOf } = await import("../hanlon/attributes/mod.ts");
      return json(attributes ?? attributesOf(collection));
    }
    case "csv":
      throw new UsageError("--format csv is of many machines: --replay with a folder of them, or with several");
    case "html": {
      const { machinePage } = await import("../../collectors/show/page/mod.ts");
      return await machinePage(facts);
    }
    case "ironic":
    case "glpi":
    case "cyclonedx":
    case "metal3":
      return json((await (await import("../formats/mod.ts")).loadFormat(format)).document(facts));
    case "table":
      return table(facts, { colour: command.values["output"] === undefined && hasColours() });
  }
}

/** Whether stdout is a terminal with colours, and nobody has said no to them (NO_COLOR). */
function hasColours(): boolean {
  const mayAsk = Deno.permissions.querySync({ name: "env", variable: "TERM" }).state === "granted";
  return Deno.stdout.isTerminal() && !Deno.noColor && !(mayAsk && Deno.env.get("TERM") === "dumb");
}
