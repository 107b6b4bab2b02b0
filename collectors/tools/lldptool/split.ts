/** From lldptool's text to the TLVs in it: the first half of reading it. */
import { expectAtMost, splitLines, type UnparsedLine } from "../parsing.ts";

/** One TLV as lldptool prints it: a heading, and below it lines of which at least the first is indented. */
export interface PrintedTlv {
  heading: string;
  /** The number of the heading's line, from 1. */
  line: number;
  /** The lines below the heading, as printed. */
  lines: string[];
}

export interface SplitOptions {
  /** The headings that lldptool is known to print. */
  headings: ReadonlySet<string>;
  /** Those of TLVs whose content may hold anything, line ends included. */
  freeText: ReadonlySet<string>;
  /** Those of TLVs that may print nothing at all, and then leave their indentation to the next heading. */
  mayBeEmpty: ReadonlySet<string>;
}

/** IEEE 802.1AB 8.2: these come first, in this order, once each; lldpad drops frames in which they do not. */
const MANDATORY = ["Chassis ID TLV", "Port ID TLV", "Time to Live TLV"];
const END = "End of LLDPDU TLV";
/** One LLDPDU is one frame (IEEE 802.1AB 8.1): of 9,000 octets, if it is a jumbo one, and 4 a TLV. */
const MOST_TLVS = 2_500;

/**
 * The TLVs in the output of `lldptool get-tlv -n -i IF`.
 *
 * A description may hold line ends, so a line of it can look like a heading. It is taken for text where it certainly
 * is: where it is indented, where nothing indented follows it, where a mandatory TLV stands behind the first three, and
 * where another end follows. A neighbour that puts a whole well-formed optional TLV into a description cannot be told
 * from one that sends that TLV. Throws `TooMuchError` where no frame has room for so many.
 */
export function splitTlvs(text: string, options: SplitOptions): { tlvs: PrintedTlv[]; unparsed: UnparsedLine[] } {
  const { headings, freeText, mayBeEmpty } = options;
  const lines = splitLines(text, "lldptool");
  const end = lines.lastIndexOf(END);
  const first = lines.findIndex((line) => headings.has(line));
  // Some pastes have lost all indentation.
  const isIndented = beginsBlank(lines[first + 1]);
  const tlvs: PrintedTlv[] = [];
  const unparsed: UnparsedLine[] = [];

  const isHeading = (line: string, next: string | undefined, current: PrintedTlv | undefined): boolean => {
    if (!line.endsWith(" TLV")) return false;
    const position = MANDATORY.indexOf(line);
    if (position >= 0) {
      return tlvs.length === 0 || (tlvs.length === position && current?.heading === MANDATORY[position - 1]);
    }
    if (isIndented && !beginsBlank(next)) return false;
    // A heading of a version to come: only where it cannot be the text of the TLV above it.
    const isNew = current !== undefined && !freeText.has(current.heading) && line !== END && !beginsBlank(line);
    return headings.has(line) || isNew;
  };

  for (let i = 0; i < lines.length; i++) {
    expectAtMost(MOST_TLVS, tlvs.length, "lldptool", "TLVs");
    const line = lines[i]!;
    const current = tlvs.at(-1);
    if (i === end) {
      for (let behind = i + 1; behind < lines.length; behind++) note(unparsed, lines, behind);
      break;
    }
    const joined = current?.lines.length === 0 && mayBeEmpty.has(current.heading) ? line.trim() : undefined;
    if (isHeading(line, lines[i + 1], current)) tlvs.push({ heading: line, line: i + 1, lines: [] });
    else if (joined === END) continue;
    else if (joined !== undefined && headings.has(joined)) tlvs.push({ heading: joined, line: i + 1, lines: [] });
    else if (current && (beginsBlank(line) || !isIndented || freeText.has(current.heading))) {
      current.lines.push(line);
    } else note(unparsed, lines, i);
  }
  return { tlvs, unparsed };
}

/** Whether a line is indented, empty, or not there. */
function beginsBlank(line: string | undefined): boolean {
  return line === undefined || line === "" || line.startsWith("\t") || line.startsWith(" ");
}

function note(unparsed: UnparsedLine[], lines: string[], i: number): void {
  const text = lines[i]!;
  // What `lldptool -r` adds: the messages to and from lldpad.
  if (text.trim() !== "" && !/^(?:cmd|rsp): [MR]/.test(text)) unparsed.push({ line: i + 1, text });
}
