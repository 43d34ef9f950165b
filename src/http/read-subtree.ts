import type { FastifyRequest } from 'fastify';
import { type Prefix, parsePrefix } from '../identifier/prefix.ts';
import type { Admission } from './admission.ts';
import { readText } from './query-string.ts';

/** The subtree that a request names, where its caller may do what it asks; without one it is about the whole node. */
export function readSubtree(request: FastifyRequest, admission: Admission): Prefix | '' {
  const text = readText(request, 'prefix') ?? '';
  const prefix = text === '' ? '' : parsePrefix(text);
  admission.at(prefix);
  return prefix;
}
