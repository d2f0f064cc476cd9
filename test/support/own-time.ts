/**
 * How long `wait` takes by a clock that goes on only while this process gets to run, in ms: it counts the turns of a timer.
 * For promises of time among parties that are all in this process, on a machine that may be busy with other things.
 */
export async function ownMs(wait: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  try {
    await wait();
    return turns;
  } finally {
    clearInterval(timer);
  }
}
