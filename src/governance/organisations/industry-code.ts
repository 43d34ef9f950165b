/** The first and the last division 大类 of each category 门类 of GB/T 4754-2017. */
const DIVISIONS: Readonly<Record<string, readonly [first: number, last: number]>> = {
  A: [1, 5],
  B: [6, 12],
  C: [13, 43],
  D: [44, 46],
  E: [47, 50],
  F: [51, 52],
  G: [53, 60],
  H: [61, 62],
  I: [63, 65],
  J: [66, 69],
  K: [70, 70],
  L: [71, 72],
  M: [73, 75],
  N: [76, 79],
  O: [80, 82],
  P: [83, 83],
  Q: [84, 85],
  R: [86, 90],
  S: [91, 96],
  T: [97, 97],
};
const FORM = /^([A-T])\/(\d{2})(?:\/(\d{3})(?:\/(\d{4}))?)?$/;

/** An industry: 门类, 大类, 中类, 小类. */
export interface Industry {
  readonly category: string;
  readonly division: string;
  readonly group: string | null;
  readonly class: string | null;
}

/** Why a text such as `I/65/651/6513` is no path of GB/T 4754-2017; null when it is one. */
export function whyInvalidIndustry(text: string): string | null {
  const [, category = '', division = '', group = division, code = group] = FORM.exec(text) ?? [];
  if (category === '') return 'must be a path of GB/T 4754 such as I/65/651/6513, at least to the second level';
  const [first, last] = DIVISIONS[category] as readonly [number, number];
  if (Number(division) < first || Number(division) > last)
    return `names a division that is not in category ${category}`;
  if (!group.startsWith(division)) return 'names a group that is not in its division';
  return code.startsWith(group) ? null : 'names a class that is not in its group';
}

/** The levels of a path that `whyInvalidIndustry` has nothing against. */
export function partsOfIndustry(path: string): Industry {
  const [category = '', division = '', group = null, code = null] = path.split('/');
  return { category, division, group, class: code };
}
