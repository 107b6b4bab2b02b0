/** What the machine keeps time by. */
import type { Clock } from "../tools/kernel/clock.ts";
import type { Machine } from "./machine.ts";
import { asGiven, type Nested, section } from "./table.ts";

export type { Clock };

const SOURCES = "/sys/devices/system/clocksource/clocksource0", RTC = "/sys/class/rtc/rtc0";

export const CLOCK: Nested<Machine, Clock> = section(
  asGiven<Clock, Clock>({
    source: `${SOURCES}/current_clocksource`,
    availableSources: `${SOURCES}/available_clocksource`,
    rtc: `${RTC}/name`,
    rtcSetsSystemTime: `${RTC}/hctosys`,
    rtcOffsetSeconds: `${RTC}/since_epoch`,
  }),
  ({ kernel }: Machine) => kernel?.clock,
);
