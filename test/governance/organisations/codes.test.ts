import fc from 'fast-check';
import t from 'tap';
import { partsOfIndustry, whyInvalidIndustry } from '../../../src/governance/organisations/industry-code.ts';
import { partsOfRegion, whyInvalidRegion } from '../../../src/governance/organisations/region-code.ts';
import { whyInvalidResidentCard } from '../../../src/governance/organisations/resident-card.ts';
import { whyInvalidUscc } from '../../../src/governance/organisations/uscc.ts';

/** Public samples of GB 32100-2015. */
const CODES = ['91110108589104047H', '91350100M000100Y43'];
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

t.test('a unified social credit code is known by its check character', async (t) => {
  for (const code of CODES) t.equal(whyInvalidUscc(code), null, code);
  t.equal(whyInvalidUscc('911101085891040470'), 'has a wrong check character');
  t.equal(whyInvalidUscc('91110108589104047'), 'must have 18 characters');
  t.match(whyInvalidUscc('91110108589104047h'), /capital letters/);
  t.match(whyInvalidUscc('9111010858910404O1'), /without I, O, S, V and Z/);
});

t.test('any single wrong character of a code is found', async (t) => {
  const place = fc.record({ code: fc.constantFrom(...CODES), at: fc.nat(17), to: fc.constantFrom(...ALPHABET) });
  fc.assert(
    fc.property(place, ({ code, at, to }) => {
      const changed = code.slice(0, at) + to + code.slice(at + 1);
      return (whyInvalidUscc(changed) === null) === (changed === code);
    }),
  );
  t.pass();
});

t.test('a number of a resident card is known by its check character', async (t) => {
  // The example of GB 11643-1999.
  t.equal(whyInvalidResidentCard('11010519491231002X'), null);
  t.equal(whyInvalidResidentCard('440524188001010014'), null);
  t.equal(whyInvalidResidentCard('110105194912310021'), 'has a wrong check character');
  t.match(whyInvalidResidentCard('11010519491231002x'), /17 digits/);
  t.match(whyInvalidResidentCard('1101051949123100'), /17 digits/);
});

t.test('a region is a place of GB/T 2260 that an address can lie in', async (t) => {
  for (const code of ['110108', '440106', '441900', '429004', '810000']) t.equal(whyInvalidRegion(code), null, code);
  for (const [code, reason] of [
    ['110000', 'names no city'],
    ['810001', 'names no city'],
    ['990101', 'begins with no province of GB/T 2260'],
    ['4401', 'must have six digits (GB/T 2260)'],
    ['44010a', 'must have six digits (GB/T 2260)'],
  ] as const)
    t.equal(whyInvalidRegion(code), reason, code);
  t.strictSame(partsOfRegion('110108'), { province: '110000', city: '110100', county: '110108' });
  t.strictSame(partsOfRegion('441900'), { province: '440000', city: '441900', county: null });
  t.strictSame(partsOfRegion('810000'), { province: '810000', city: null, county: null });
});

t.test('an industry is a path of GB/T 4754 whose levels lie in one another', async (t) => {
  for (const path of ['I/65', 'I/65/651', 'I/65/651/6513', 'A/01/011/0111', 'M/75/751/7517', 'T/97'])
    t.equal(whyInvalidIndustry(path), null, path);
  for (const [path, reason] of [
    ['I', /must be a path/],
    ['U/98', /must be a path/],
    ['I/65/', /must be a path/],
    ['A/65', /not in category A/],
    ['I/65/641', /not in its division/],
    ['I/65/651/6523', /not in its group/],
  ] as const)
    t.match(whyInvalidIndustry(path), reason, path);
  t.strictSame(partsOfIndustry('I/65/651'), { category: 'I', division: '65', group: '651', class: null });
});
