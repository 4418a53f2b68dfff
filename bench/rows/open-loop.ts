/** Sends at a fixed rate whatever comes back, so that a slow answer cannot slow the load down. */
export const openLoop = async (
  perSecond: number,
  seconds: number,
  send: (index: number) => Promise<boolean>,
): Promise<{ latenciesMs: number[]; errors: number }> => {
  const latenciesMs: number[] = [];
  let errors = 0;
  const begin = performance.now();
  const pending: Promise<void>[] = [];
  for (let index = 0; index < perSecond * seconds; index++) {
    const due = begin + (index * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    // From when it was due, not from when it was sent: a generator that lags must not hide it.
    pending.push(
      send(index).then(
        (ok) => {
          latenciesMs.push(performance.now() - due);
          if (!ok) errors++;
        },
        () => {
          errors++;
        },
      ),
    );
  }
  await Promise.all(pending);
  return { latenciesMs, errors };
};
