/** The Markdown files of the project, their blocks, links and headings. */
import { fromFileUrl, join } from "@std/path";

export const ROOT: string = fromFileUrl(new URL("../../", import.meta.url));

/** A block of code. */
export interface Block {
  /** The file from the root, and the line that the block's text begins in. */
  file: string;
  line: number;
  /** The word behind the fence; "" of an indented block, or one without a word. */
  language: string;
  text: string;
  /** Why it is not run, from a comment `<!-- not run: WHY -->` before it. */
  notRun?: string;
}

/** A link to a file of the project: where it stands, and where it leads. */
export interface Link {
  file: string;
  line: number;
  target: string;
}

/** README and what is beside it, docs and examples; by name. */
export function markdownFiles(): string[] {
  const inFolder = (folder: string) =>
    [...Deno.readDirSync(join(ROOT, folder))].filter(({ name }) => name.endsWith(".md"))
      .map(({ name }) => join(folder, name));
  return [...inFolder("."), ...inFolder("docs"), ...inFolder("examples")].sort();
}

/** The blocks of a file. A table or list is none; an indented block stands behind an empty line. */
export function blocksOf(file: string): Block[] {
  const blocks: Block[] = [];
  const lines = Deno.readTextFileSync(join(ROOT, file)).split("\n");
  let notRun: string | undefined;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const fence = /^( *)```(\w*)/.exec(line);
    const isIndented = /^ {4}\S/.test(line) && (lines[i - 1] ?? "") === "";
    const start = fence ? i + 1 : i;
    if (fence) { do i++; while (i < lines.length && !/^ *```$/.test(lines[i]!)); }
    else if (isIndented) { while (/^ {4}/.test(lines[i + 1] ?? "") || isGap(lines, i + 1)) i++; }
    if (fence || isIndented) {
      const text = lines.slice(start, fence ? i : i + 1).map((line) => line.slice(fence ? fence[1]!.length : 4));
      const about = { file, line: start + 1, language: fence?.[2] ?? "", text: text.join("\n") };
      blocks.push(notRun === undefined ? about : { ...about, notRun });
      notRun = undefined;
    } else if (line !== "") notRun = /^<!-- not run: (.+) -->$/.exec(line)?.[1];
  }
  return blocks;
}

function isGap(lines: string[], i: number): boolean {
  return lines[i] === "" && /^ {4}/.test(lines[i + 1] ?? "");
}

/** Whether a block is one of commands: marked as such, or indented with a line that begins like one. */
export function isOfCommands({ language, text }: Block): boolean {
  if (language !== "") return ["sh", "bash", "console"].includes(language);
  return /^(\$ |(hnl_mk|npx|deno|docker|kubectl|curl|python3|pip|apt-get|bash|[\w./-]+\/ironic\S*) )/m.test(text);
}

/** The links of a file that lead into the project. */
export function linksOf(file: string): Link[] {
  const lines = Deno.readTextFileSync(join(ROOT, file)).replace(/```[^]*?```/g, (block) => block.replace(/[^\n]/g, ""))
    .split("\n");
  return lines.flatMap((text, i) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ file, line: i + 1, target: target! }))
      .filter(({ target }) => !/^[a-z]+:/.test(target))
  );
}

/** The anchors that GitHub makes of a file's headings. */
export function anchorsOf(file: string): Set<string> {
  const headings = Deno.readTextFileSync(join(ROOT, file)).matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, text]) => text!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")),
  );
}
