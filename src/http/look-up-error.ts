import { IIIDAP_CONFORMANCE } from '../../proto/http/iiidap.ts';
import { catalogue } from '../errors/catalogue.ts';
import type { KapokError } from '../errors/kapok-error.ts';

/** The room of the look-up of what is on record: what fails in it fails in its shape, whatever it asked for. */
export function isLookUp(path: string): boolean {
  return path.startsWith('/iiidap/');
}

export function lookUpErrorOf({ code, message }: KapokError) {
  const { http, text } = catalogue[code];
  return { iiidapConformance: IIIDAP_CONFORMANCE, lang: 'en', errorCode: http, title: text, description: [message] };
}
