/** What work took of this thread's processor time in its longest turn of the event loop: a busy machine adds nothing. */
export async function longestTurn<T>(work: () => Promise<T>): Promise<{ result: T; cpuMs: number }> {
  let longest = 0;
  let before = process.threadCpuUsage();
  let working = true;
  const turn = (): void => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, now.user - before.user + now.system - before.system);
    before = now;
    if (working) setImmediate(turn);
  };
  setImmediate(turn);
  try {
    const result = await work();
    await new Promise((resolve) => setImmediate(resolve));
    return { result, cpuMs: longest / 1000 };
  } finally {
    working = false;
  }
}
