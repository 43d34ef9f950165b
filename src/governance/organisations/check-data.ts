import type { OrganisationData } from '../../../proto/http/organisation-data.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { findForbiddenCharacter } from '../../identifier/characters.ts';
import { whyInvalidIndustry } from './industry-code.ts';
import { whyInvalidRegion } from './region-code.ts';
import { whyInvalidResidentCard } from './resident-card.ts';
import { whyInvalidUscc } from './uscc.ts';

type Why = (text: string) => string | null;
type Rules = readonly (readonly [at: string, text: string | undefined, why: Why])[];

/**
 * What an organisation says about itself is well-formed as far as it is there. Throws BAD_REQUEST that names the field, and
 * never repeats what stands in it: messages come into logs.
 */
export function assertData(data: OrganisationData): void {
  for (const [at, text, why] of rulesOf(data)) {
    const reason = text === undefined ? null : (lineOf(text) ?? why(text));
    if (reason !== null) throw new KapokError('BAD_REQUEST', { message: `${at} ${reason}`, at });
  }
}

function rulesOf(data: OrganisationData): Rules {
  const { document, legalPerson, contact } = data;
  return [
    ['name', data.name, anything],
    ['nameEn', data.nameEn, anything],
    ['document.number', document?.number, document?.type === 'uscc' ? whyInvalidUscc : whyInvalidNumber],
    ['legalPerson.name', legalPerson?.name, anything],
    ['legalPerson.document.number', legalPerson?.document?.number, numberRule(legalPerson?.document)],
    ['legalPerson.phone', legalPerson?.phone, whyInvalidPhone],
    ['legalPerson.email', legalPerson?.email, whyInvalidEmail],
    ['contact.name', contact?.name, anything],
    ['contact.phone', contact?.phone, whyInvalidPhone],
    ['contact.email', contact?.email, whyInvalidEmail],
    ['contact.document.number', contact?.document?.number, numberRule(contact?.document)],
    ['address', data.address, anything],
    ['addressEn', data.addressEn, anything],
    ['region', data.region, whyInvalidRegion],
    ['industry', data.industry, whyInvalidIndustry],
    ['website', data.website, whyInvalidWebsite],
    ['introduction', data.introduction, anything],
    ['registrar', data.registrar, anything],
    ['capital', data.capital, anything],
    ['founded', data.founded, whyInvalidDate],
    ['validUntil', data.validUntil, (text) => (text === 'long-term' ? null : whyInvalidDate(text))],
  ];
}

const anything: Why = () => null;

function lineOf(text: string): string | null {
  if (text.trim() !== text) return 'must not begin or end with a space';
  return findForbiddenCharacter(text);
}

function numberRule(document: { readonly type: string } | undefined): Why {
  return document?.type === 'resident-card' ? whyInvalidResidentCard : whyInvalidNumber;
}

/** What is shown of a number has a mark in the place of digits: it must not come back as the number. */
function whyInvalidNumber(text: string): string | null {
  return /^[\p{L}\d() /.-]+$/u.test(text) ? null : 'must consist of letters, digits, spaces and - / . ( )';
}

function whyInvalidPhone(text: string): string | null {
  return /^\+?\d[\d -]{4,29}\d$/.test(text)
    ? null
    : 'must be a telephone number: digits, spaces and -, perhaps + before them';
}

function whyInvalidEmail(text: string): string | null {
  return /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(text) ? null : 'must be an e-mail address';
}

function whyInvalidWebsite(text: string): string | null {
  const ok = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  return ok ? null : 'must be a URL that begins with http:// or https://';
}

function whyInvalidDate(text: string): string | null {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  const ok = date !== null && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
  return ok ? null : 'must be a date such as 2026-05-14';
}
