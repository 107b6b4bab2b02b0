/** The conversation with a Hanlon server: as a daemon, and once by hand. */
export { checkinRequest, factsRequest, registerRequest } from "./client.ts";
export { systemClock } from "./clock.ts";
export { readCredentials } from "./credentials.ts";
export { runDaemon } from "./daemon.ts";
export type { AgentDeps, DaemonDeps, OnceDeps } from "./deps.ts";
export { identify } from "./identify.ts";
export { type OnceResult, runOnce } from "./once.ts";
