import { PROBLEM_TYPE, type Problem } from '../../proto/http/problem.ts';
import { catalogue } from '../errors/catalogue.ts';
import type { KapokError } from '../errors/kapok-error.ts';

/** A failure as problem details (RFC 9457). */
export function problemOf({ code, message, at, subject, successor, transition }: KapokError): Problem {
  const { http, handle, text } = catalogue[code];
  return {
    type: `${PROBLEM_TYPE}${code}`,
    title: text,
    status: http,
    detail: message,
    code,
    responseCode: handle,
    ...(at === undefined ? {} : { at }),
    // An identifier that could not be read is an empty text, and says nothing.
    ...(subject === undefined || subject === '' ? {} : { subject }),
    ...(successor === undefined ? {} : { successor }),
    ...(transition === undefined ? {} : { state: transition.state, possible: [...transition.possible] }),
  };
}
