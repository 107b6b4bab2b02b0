/**
 * Regular expressions in linear time. The engine's own backtracks: an expression that somebody wrote and a text that
 * somebody else made for it can take it seconds or years. Here all ways are followed at once (K. Thompson, Regular
 * Expression Search Algorithm, 1968), a character at a time, and so an answer takes as many steps as the text has
 * characters, times the size of the expression.
 */
import { ExpressionError, parseExpression, type Tree } from "./tree.ts";

export { ExpressionError } from "./tree.ts";

/** Of no machine a text that anybody looks for something in is longer. */
export const LONGEST_TEXT = 64 * 1024;

/** With counts written out: `a{50}` has 50. On the longest text one or two seconds. */
const MOST_STATES = 5_000;

/**
 * Whether a text holds a match of `source`, which `new RegExp` takes with `flags` (of i, m, s and u). In a text longer
 * than LONGEST_TEXT nothing is found. Throws ExpressionError for an expression that refers back to a group, and one that
 * is too large.
 */
export function linearTest(source: string, flags: string): (text: string) => boolean {
  const expression = build(parseExpression(source, flags), false, { count: 0 });
  const isUnicode = flags.includes("u");
  return (text) => {
    if (text.length > LONGEST_TEXT) return false;
    return endsIn(isUnicode ? [...text] : text.split(""), expression, new Map()).includes(1);
  };
}

/** A step on the way to a match: one that takes no character leads on at once, where its test holds. */
interface State {
  /** The numbers of the states behind it; behind the last, number 0, there are none. */
  next: number[];
  one?: (character: string) => boolean;
  place?: (characters: readonly string[], at: number) => boolean;
  look?: { machine: Machine; isNegative: boolean };
}

interface Machine {
  states: State[];
  first: number;
  /** Whether it reads the text from its end to its begin. */
  isBackwards: boolean;
}

/** `size` counts the states of the expression as a whole. */
function build(tree: Tree, isBackwards: boolean, size: { count: number }): Machine {
  const states: State[] = [{ next: [] }];
  const add = (state: State) => states.push(state) - 1;
  const before = (tree: Tree, next: number): number => {
    if (++size.count > MOST_STATES) throw new ExpressionError("it is too large");
    switch (tree.kind) {
      case "one":
        return add({ next: [next], one: tree.test });
      case "place":
        return add({ next: [next], place: tree.test });
      case "look":
        // Read towards the place, it ends there.
        return add({
          next: [next],
          look: { machine: build(tree.body, tree.isAhead, size), isNegative: tree.isNegative },
        });
      case "sequence":
        return (isBackwards ? tree.parts : tree.parts.toReversed()).reduce((next, part) => before(part, next), next);
      case "choice":
        return add({ next: tree.branches.map((branch) => before(branch, next)) });
      case "repeat": {
        const { body, least, most } = tree;
        let entry = next;
        if (most === Infinity) {
          entry = add({ next: [next] });
          states[entry]!.next.push(before(body, entry));
        } else for (let i = least; i < most; i++) entry = add({ next: [before(body, entry), next] });
        for (let i = 0; i < least; i++) entry = before(body, entry);
        return entry;
      }
    }
  };
  return { first: before(tree, 0), states, isBackwards };
}

/** The places in `text` where a match ends, wherever it begins: 1 there, else 0. `known` are those of other machines. */
function endsIn(text: readonly string[], machine: Machine, known: Map<Machine, Uint8Array>): Uint8Array {
  const before = known.get(machine);
  if (before) return before;
  const { states, first, isBackwards } = machine;
  const ends = new Uint8Array(text.length + 1);
  const lastStep = new Int32Array(states.length).fill(-1);
  let reached: number[] = [];
  for (let step = 0; step <= text.length; step++) {
    const at = isBackwards ? text.length - step : step;
    const character = text[isBackwards ? at - 1 : at];
    const open = [...reached, first];
    reached = [];
    while (open.length > 0) {
      const number = open.pop()!;
      if (lastStep[number] === step) continue;
      lastStep[number] = step;
      const { next, one, place, look } = states[number]!;
      if (number === 0) ends[at] = 1;
      else if (one) {
        if (character !== undefined && one(character)) reached.push(next[0]!);
      } else if (place ? place(text, at) : !look || (endsIn(text, look.machine, known)[at] === 1) !== look.isNegative) {
        open.push(...next);
      }
    }
  }
  known.set(machine, ends);
  return ends;
}
