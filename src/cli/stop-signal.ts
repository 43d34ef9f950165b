import { isSecondSignal } from '../demo/second-signal.ts';

/** A close that takes longer than this is given up, in milliseconds. */
const PATIENCE = 15_000;

/**
 * Runs `close` once at SIGINT, SIGTERM or the end of the parent that started us; then the process ends.
 * A second signal ends it at once.
 */
export function onStopSignal(close: () => Promise<void>): void {
  let stoppingSince: number | null = null;
  const stop = () => {
    if (stoppingSince !== null) {
      if (isSecondSignal(stoppingSince)) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    setTimeout(() => process.exit(1), PATIENCE).unref();
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  if (process.connected) process.on('disconnect', stop);
}
