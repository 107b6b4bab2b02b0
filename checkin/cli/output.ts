/** The formats in which facts are printed. */
import type { Facts } from "../../collectors/facts/mod.ts";
import type { Collection } from "../../collectors/mod.ts";
import type { Attributes } from "../hanlon/attributes/mod.ts";
import { oneOf, UsageError } from "./command.ts";
import { type Command, FORMATS } from "./options.ts";
import { askedSections } from "./host.ts";
import { json } from "./json.ts";

type Format = (typeof FORMATS)[number];

/** What `--once` prints: on a terminal the table, which has no place for what --raw asks for. Throws UsageError. */
export function formatOf({ values, switches }: Command, only: readonly (keyof Facts)[] = []): Format {
  if (values["format"] === undefined) {
    const isTable = Deno.stdout.isTerminal() && values["output"] === undefined && !switches.has("raw");
    return isTable || switches.has("long") ? "table" : "json";
  }
  const format = oneOf("format", values["format"], FORMATS);
  // Made of a part of the facts, they would not be what a server gets.
  if (!["json", "yaml", "table"].includes(format) && only.length > 0) {
    throw new UsageError(`--only does not go with --format ${format}, which is made of all facts`);
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
  const recording = command.values["replay"] === undefined ? undefined : collection.recorded ? "dated" : "undated";
  switch (format) {
    case "json":
      return json(facts);
    case "yaml":
      return (await import("./yaml.ts")).yaml(facts);
    case "attributes": {
      const { attributesOf } = await import("../hanlon/attributes/mod.ts");
      return json(attributes ?? attributesOf(collection));
    }
    case "csv":
      throw new UsageError("--format csv is of many machines: --replay with a folder of them, or with several");
    case "html": {
      const { machinePage } = await import("../../collectors/show/page/mod.ts");
      return await machinePage(facts, undefined, recording === "undated");
    }
    case "ironic":
    case "glpi":
    case "cyclonedx":
    case "metal3":
      return json((await (await import("../formats/mod.ts")).loadFormat(format)).document(facts));
    case "table": {
      const { table } = await import("../../collectors/show/table.ts");
      return table(facts, {
        colour: isOnTerminal(command) && hasColours(),
        width: widthOf(command),
        isLong: command.switches.has("long"),
        only: askedSections(command),
        recording,
      });
    }
  }
}

function isOnTerminal({ values }: Command): boolean {
  return values["output"] === undefined && Deno.stdout.isTerminal();
}

/** The columns of the terminal that is printed to; undefined for a pipe or file, and where it does not say. */
export function widthOf(command: Command): number | undefined {
  return isOnTerminal(command) ? terminalWidth() : undefined;
}

/** The columns of the terminal; undefined where it does not say, as serial consoles. */
export function terminalWidth(): number | undefined {
  try {
    return Deno.consoleSize().columns || undefined;
  } catch {
    return undefined;
  }
}

/** Whether the terminal has colours, and nobody has said no to them (NO_COLOR). */
function hasColours(): boolean {
  const mayAsk = Deno.permissions.querySync({ name: "env", variable: "TERM" }).state === "granted";
  return !Deno.noColor && !(mayAsk && Deno.env.get("TERM") === "dumb");
}
