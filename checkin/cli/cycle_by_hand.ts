/** `--once` where a server is configured: one cycle of the daemon. */
import { readBootId } from "../../collectors/facts/identity.ts";
import type { Spec } from "../../collectors/judge/spec/spec.ts";
import { type CollectOptions, collectParts } from "../../collectors/mod.ts";
import { ConfigError } from "../config/keys.ts";
import { createPowerChannel } from "../power.ts";
import { type AgentContext, agentDeps } from "./agent.ts";
import { configFile, usableConfig } from "./configuration.ts";
import { type OnceResult, runOnce } from "./cycle.ts";
import { kernelLine } from "./host.ts";

/** Runs it with the configuration that the command line names. Throws ConfigError where there is no usable one. */
export async function cycle(
  context: AgentContext,
  collectOptions: CollectOptions,
  specs: readonly Spec[] | undefined,
): Promise<OnceResult> {
  const { command, host } = context;
  const line = await kernelLine(command, host);
  const { config } = usableConfig(command, line);
  const deps = agentDeps(context);
  const result = await runOnce({
    ...deps,
    config: command.values["server"] === undefined ? { file: configFile(command), kernelLine: line } : { config },
    collectParts,
    collectOptions,
    ...specs && { specs: () => Promise.resolve(specs) },
    ...command.switches.has("obey")
      ? { power: createPowerChannel(deps.state, deps.clock, await readBootId(host)) }
      : {},
  });
  // Whatever was wrong with the configuration when it was read again stands in the log.
  if (result.end === "configuration") throw new ConfigError("the configuration cannot be used");
  return result;
}
