const PARENT = 'traceparent';
const STATE = 'tracestate';
/** The longest state that must be passed on (W3C Trace Context §3.3.1.5); a longer one is dropped. */
const MAX_STATE = 512;

/** What the headers of a request say of the trace that it is part of; null: nothing, or two things. `rawHeaders` is read unparsed. */
export function readCarrier(rawHeaders: readonly string[]): Record<string, string> | null {
  let parent: string | null = null;
  let state = '';
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { length } = rawHeaders[i] as string;
    if (length !== PARENT.length && length !== STATE.length) continue;
    const name = (rawHeaders[i] as string).toLowerCase();
    const value = rawHeaders[i + 1] as string;
    if (name === PARENT) {
      if (parent !== null) return null;
      parent = value;
    } else if (name === STATE) state = state === '' ? value : `${state},${value}`;
  }
  if (parent === null) return null;
  return state === '' || state.length > MAX_STATE ? { [PARENT]: parent } : { [PARENT]: parent, [STATE]: state };
}

/** What says that a call is part of some trace that nobody follows. */
export function unfollowedCarrier(ids: { readonly trace: string; readonly span: string }): Record<string, string> {
  return { [PARENT]: `00-${ids.trace}-${ids.span}-00` };
}
