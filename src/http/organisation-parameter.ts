import type { FastifyRequest } from 'fastify';
import { KapokError } from '../errors/kapok-error.ts';
import type { Admission } from './admission.ts';
import { isUuid } from './uuid.ts';

/** The `{id}` of a path, of an organisation that the caller is or decides on. Whoever is neither learns nothing about it. */
export function readOrganisation(request: FastifyRequest, admission: Admission): string {
  const { id = '' } = request.params as Record<string, string>;
  admission.ofOrganisation(id);
  if (!isUuid(id)) throw new KapokError('ORGANISATION_NOT_FOUND');
  return id.toLowerCase();
}
