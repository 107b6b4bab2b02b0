import type { Facts } from "../../../collectors/facts/mod.ts";
import { openReplay } from "../../../collectors/host/replay.ts";
import { judged } from "../../../collectors/judge/mod.ts";
import { collect, type Collection } from "../../../collectors/mod.ts";
import { fleetCsv, fleetTable, type Row, rowOf } from "../../../collectors/show/fleet.ts";
import type { NamedMachine } from "../../../collectors/show/page/fleet.ts";
import { VERSION } from "../../../collectors/version.ts";
import { escapeControls } from "../../log.ts";
import { loadSpecs } from "../../specs.ts";
import { oneOf, UsageError } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { machinesAt } from "../fleet/machines.ts";
import { collectOptions } from "../host.ts";
import type { Command } from "../options.ts";
import { formatOf, show, widthOf } from "../output.ts";
import { complain, print, writeOutput } from "../streams.ts";

/** `--once --replay` with more than one machine: a line for each, its facts with `--format json`. */
export async function fleet(command: Command): Promise<number> {
  const { values, switches, words } = command;
  for (const name of ["only", "record"]) {
    if (values[name] !== undefined) throw new UsageError(`--${name} goes only with one machine`);
  }
  const format = oneOf("format", values["format"] ?? "table", ["table", "csv", "json", "html"]);
  const specs = values["spec"] === undefined ? [] : await loadSpecs(values["spec"]);
  const options = collectOptions(command);
  let last: Collection | undefined;
  const recorded = async (folder: string) => {
    last = await collect(await openReplay(folder), VERSION, options);
    return last.facts;
  };
  const rows: Row[] = [], lines: string[] = [], machines: NamedMachine[] = [];
  let count = 0, isUnread = false, isUnwell = false, isCompared = false, deviating = false;
  for await (const { name, facts, problem } of machinesAt([values["replay"]!, ...words], recorded)) {
    count++;
    if (!facts) {
      isUnread = true;
      complain(`${name}: ${problem}`);
      continue;
    }
    const known = judged(facts, specs);
    isUnwell ||= isBroken(known);
    if (format === "html") machines.push({ name, facts: known });
    else if (format !== "json") rows.push(rowOf(name, known));
    // One value a line; a file is written whole or not at all, and so at the end.
    else if (values["output"] === undefined) await writeOutput(`${escapeControls(JSON.stringify(known))}\n`);
    else lines.push(`${escapeControls(JSON.stringify(known))}\n`);
    isCompared ||= known.spec !== undefined;
    // Of a facts file, which says when it was made.
    last = { ...last ?? { parts: {}, recorded: known }, facts: known };
    deviating ||= known.spec?.matches === false;
  }
  if (count === 0) {
    complain(`${[values["replay"]!, ...words].join(", ")}: found no machine, expected recordings or facts files`);
    isUnread = true;
  } else if (last && count === 1 && isSent(command)) {
    await print(command, await show(command, last, formatOf(command), undefined));
  } else if (format === "table") await print(command, fleetTable(rows, widthOf(command)));
  else if (format === "html") {
    const { fleetPage } = await import("../../../collectors/show/page/fleet.ts");
    await print(command, await fleetPage(machines));
  } else if (format === "csv") await print(command, fleetCsv(rows));
  else if (lines.length > 0) await print(command, lines.join(""));
  if (isUnread) return EXIT.unusableInput;
  if (switches.has("strict") && isUnwell) return EXIT.sourceFailed;
  if (values["spec"] !== undefined && !isCompared) {
    complain(`no spec in ${values["spec"]} is for one of these machines`);
    return EXIT.deviates;
  }
  return deviating ? EXIT.deviates : EXIT.done;
}

/** Whether it is an archive as one sends it, and is to be shown as what is in it: a machine where there is one. */
function isSent({ values, words }: Command): boolean {
  const isShown = ["table", "html", undefined].includes(values["format"]);
  return isShown && words.length === 0 && /\.(tar|tar\.gz|tgz)$/.test(values["replay"]!);
}

function isBroken({ findings = [], sources }: Facts): boolean {
  const isLacking = Object.values(sources).some(({ status }) => status !== "ok" && status !== "skipped");
  return isLacking || findings.some(({ level }) => level === "error");
}
