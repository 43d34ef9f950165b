/** `npm start` passes on a Ctrl-C that the terminal has sent to us as well: so close together they are one, in milliseconds. */
const ONE_SIGNAL = 1_000;

/** Whether a signal is a second one, by which somebody wants the end at once. */
export function isSecondSignal(firstAt: number): boolean {
  return Date.now() - firstAt > ONE_SIGNAL;
}
