import type { Facts } from "../../../collectors/facts/mod.ts";
import { changes, type Difference } from "../../../collectors/judge/diff.ts";
import { judged } from "../../../collectors/judge/mod.ts";
import { escapeControls } from "../../log.ts";
import { UsageError } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { asJson, json } from "../json.ts";
import { collectedFacts, factsAt } from "../one_machine.ts";
import type { Command } from "../options.ts";
import { print } from "../streams.ts";

/** `--diff OLD [NEW]`: what came, went, moved and changed. */
export async function diff(command: Command): Promise<number> {
  const isPage = command.values["format"] === "html";
  const isJson = !isPage && asJson(command);
  const { values, words } = command;
  if (words.length > 1) throw new UsageError(`--diff takes two machines at most, found ${words.length + 1}`);
  const before: Facts = await factsAt(values["diff"]!, command);
  const after = words[0] === undefined ? await collectedFacts(command) : await factsAt(words[0], command);
  const found = changes(before, after);
  const text = found.map(({ text }) => `${escapeControls(text)}\n`).join("");
  await print(command, isPage ? await page(before, after, found) : isJson ? json(found) : text);
  return found.length > 0 ? EXIT.differs : EXIT.done;
}

/** The machine as it is now, with what came, went and moved marked. */
async function page(before: Facts, after: Facts, found: readonly Difference[]): Promise<string> {
  const { machinePage } = await import("../../../collectors/show/page/mod.ts");
  return await machinePage(judged(after), { facts: before, changes: found });
}
