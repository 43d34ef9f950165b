/** How often a turn is measured, in milliseconds. */
const EVERY = 5;

/**
 * Measures turns of the event loop, one every few milliseconds: from one check phase to the next, which does not wait for input
 * in between. In a process with time to spare it is next to nothing; in one that has more work than time it is the work that
 * every request waits for before it is looked at. Returns what ends it.
 */
export function sampleTurns(onTurn: (milliseconds: number) => void): () => void {
  let timer: NodeJS.Timeout;
  let ended = false;
  const wait = () => {
    timer = setTimeout(() => setImmediate(measure), EVERY).unref();
  };
  const measure = () => {
    const begun = performance.now();
    setImmediate(() => {
      if (ended) return;
      wait();
      onTurn(performance.now() - begun);
    });
  };
  wait();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
