/** README's picture: the table of a recorded server, without the sections that a first look can do without. */
import { goldens } from "../golden.ts";

export const README = new URL("../../README.md", import.meta.url).pathname;

const SHOWN = ["PROBLEMS", "SYSTEM", "MEMORY", "DISKS", "NICS"];

/** README with the table as it is printed now. It is the one block that begins with the name of a section. */
export function readmeWithTable(): string {
  const dell = goldens().find(({ name }) => name === "dell")!;
  const sections = Deno.readTextFileSync(dell.table).trimEnd().split("\n\n");
  const shown = sections.filter((section) => SHOWN.includes(section.split("\n")[0]!));
  const block = shown.join("\n\n").split("\n").map((line) => line && `    ${line}`).join("\n");
  const readme = Deno.readTextFileSync(README);
  const found = new RegExp(`^    (?:${SHOWN.join("|")})\\n(?:(?:    .*)?\\n)+(?=\\S)`, "m");
  if (!found.test(readme)) throw new Error("README has no table");
  return readme.replace(found, () => `${block}\n\n`);
}
