/** The signals that end a run. */

/** The exit codes of what a signal ends (signal(7)). */
const ENDED_BY = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Calls `listener` with the exit code when a run by hand is to end; gives what ends the listening. Without a terminal, as
 * under nohup, none can be lost.
 */
export function onEnd(listener: (code: number) => void): () => void {
  const signals = ["SIGINT", "SIGTERM", ...Deno.stderr.isTerminal() ? ["SIGHUP" as const] : []] as const;
  const ends = signals.map((signal) => onSignal(signal, () => listener(ENDED_BY[signal])));
  return () => ends.forEach((end) => end());
}

/** For what nobody waits for: a signal ends the program at once, and with it the tools. */
export function endedBySignals(): AbortSignal {
  const stop = new AbortController();
  onEnd((code) => {
    stop.abort();
    setTimeout(() => Deno.exit(code), 100);
  });
  return stop.signal;
}

/** Gives what ends the listening. */
export function onSignal(signal: Deno.Signal, listener: () => void): () => void {
  Deno.addSignalListener(signal, listener);
  return () => Deno.removeSignalListener(signal, listener);
}
