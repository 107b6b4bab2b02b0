/** A machine may have hundreds of a kind: all of them in flight would cost memory and save no time. */
export const DEVICES_AT_ONCE = 8;

/** Asks about each of `devices`, a few at a time; the answers are in their order. */
export async function eachDevice<T, R>(devices: readonly T[], ask: (device: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  const work = async () => {
    while (next < devices.length) {
      const i = next++;
      answers[i] = await ask(devices[i]!);
    }
  };
  await Promise.all(Array.from({ length: DEVICES_AT_ONCE }, work));
  return answers;
}
