/** The first two digits of GB/T 2260. */
const PROVINCES = new Set([
  ...['11', '12', '13', '14', '15', '21', '22', '23', '31', '32', '33', '34', '35', '36', '37'],
  ...['41', '42', '43', '44', '45', '46', '50', '51', '52', '53', '54', '61', '62', '63', '64', '65', '71', '81', '82'],
]);
/** 台湾, 香港, 澳门 are not divided further in it. */
const UNDIVIDED = new Set(['71', '81', '82']);

/** A place of GB/T 2260: its province 省, city 市 and county 区县, as codes of six digits. */
export interface Region {
  readonly province: string;
  /** Null where there is none. */
  readonly city: string | null;
  readonly county: string | null;
}

/**
 * Why a text is no code of a place that an address can lie in; null when it is one. Counties are renamed and merged each year:
 * which of a city's numbers are given out is not looked at. Some cities have no counties.
 */
export function whyInvalidRegion(text: string): string | null {
  if (!/^\d{6}$/.test(text)) return 'must have six digits (GB/T 2260)';
  const province = text.slice(0, 2);
  if (!PROVINCES.has(province)) return 'begins with no province of GB/T 2260';
  if (text.slice(2, 4) === '00') return UNDIVIDED.has(province) && text.endsWith('00') ? null : 'names no city';
  return null;
}

/** The parts of a code that `whyInvalidRegion` has nothing against. */
export function partsOfRegion(code: string): Region {
  const city = `${code.slice(0, 4)}00`;
  const province = `${code.slice(0, 2)}0000`;
  return { province, city: city === province ? null : city, county: code.endsWith('00') ? null : code };
}
