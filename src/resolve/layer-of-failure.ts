import { KapokError } from '../errors/kapok-error.ts';
import type { Source } from './outcome.ts';

/** Where an answer was looked for in vain. The deadline of the whole counts as another node: it is what takes long. */
export function layerOfFailure(error: unknown): Source {
  if (!(error instanceof KapokError)) return 'store';
  if (error.code === 'NOT_RESPONSIBLE') return 'prefixes';
  return isAboutNodes(error) ? 'remote' : 'store';
}

function isAboutNodes({ code }: KapokError): boolean {
  return code.startsWith('UPSTREAM_') || code === 'LOOP' || code === 'TOO_MANY_HOPS';
}
