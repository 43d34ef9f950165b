/** How often a turn is measured, in milliseconds. */
const EVERY = 5;

/**
 * Measures turns of the event loop, one every few milliseconds: from one check phase to the next, which does not wait for input
 * in between. In a process with time to spare it is next to nothing; in one that has more work than time it is the work that
 * every request waits for before it is looked at. Returns what ends it.
 */
export function sampleTurns(onTurn: (milliseconds: number) => void): () => void {
  let timer = setTimeout(measure, EVERY);
  let ended = false;
  function measure(): void {
    setImmediate(() => {
      const begun = performance.now();
      setImmediate(() => {
        if (ended) return;
        timer = setTimeout(measure, EVERY);
        timer.unref();
        onTurn(performance.now() - begun);
      });
    });
  }
  timer.unref();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
