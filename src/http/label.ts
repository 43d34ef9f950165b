import { KapokError } from '../errors/kapok-error.ts';
import { findForbiddenCharacter } from '../identifier/characters.ts';

/** A name for people is one line of text: no controls, which no PostgreSQL text or log line can hold. */
export function assertLabel(label: string | undefined): void {
  const forbidden = label === undefined ? null : findForbiddenCharacter(label);
  if (forbidden !== null) throw new KapokError('BAD_REQUEST', { message: `label ${forbidden}`, at: 'label' });
}
