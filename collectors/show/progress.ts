import type { Source, SourceName } from "../facts/mod.ts";

/** A line on a terminal that says which tools are done, which still run, and for how long. */
export interface Progress {
  onProgress(name: SourceName, source?: Source): void;
  /** Writes text that ends its own line, in the place of the line, which goes on below it. */
  writeAbove(text: string): void;
  /** Takes the line away. */
  end(): void;
}

/**
 * `write` gets text for the terminal, which is `columns` wide (0: it does not say, as serial consoles); `now` is a
 * monotonic clock in ms. The line is renewed twice a second.
 */
export function progress(write: (text: string) => void, now: () => number, columns = 0): Progress {
  // In the last column some terminals wrap, and a carriage return does not lead back over that.
  const mostColumns = Math.min(columns || 80, 80) - 1;
  const started = now();
  const running = new Set<SourceName>();
  const done: string[] = [];
  let width = 0, isEnded = false;
  const show = () => {
    const seconds = ((now() - started) / 1000).toFixed(0);
    const lists = [["running", [...running]], ["done", done]] as const;
    const words = lists.filter(([_, names]) => names.length > 0).map(([word, names]) => `${word}: ${names.join(" ")}`);
    const line = [`${seconds} s`, ...words].join("  ").slice(0, mostColumns);
    write(`\r${line.padEnd(width)}`);
    width = line.length;
  };
  const clear = () => {
    write(`\r${" ".repeat(width)}\r`);
    width = 0;
  };
  const timer = setInterval(show, 500);
  return {
    onProgress(name, source) {
      if (source) {
        running.delete(name);
        const isBad = source.status === "failed" || source.status === "timeout";
        done.push(isBad ? `${name} (${source.status})` : name);
      } else running.add(name);
      show();
    },
    writeAbove(text) {
      clear();
      write(text);
      if (!isEnded) show();
    },
    end() {
      clearInterval(timer);
      clear();
      isEnded = true;
    },
  };
}
