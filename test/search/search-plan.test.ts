import t from 'tap';
import { parseSearch } from '../../src/search/parse-search.ts';
import { closeCommon, planSearch } from '../../src/search/search-plan.ts';
import { AS_SPELLED } from '../../src/search/tsquery.ts';

const filter = { within: [], without: [], template: null };
const planOf = (text: string, documents: number) => {
  const frequencies = { rows: 1_000_000, documents: new Map([['silver', documents]]) };
  return planSearch(closeCommon(parseSearch(text), frequencies), filter, { spellings: AS_SPELLED, frequencies });
};

t.test('a word that few records have may go on, a common one is taken for the whole word', async (t) => {
  t.match(planOf('silver', 19_999).anywhere.coarse, /'silver':\*/);
  t.notMatch(planOf('silver', 20_000).anywhere.coarse, /:\*/);
  t.match(planOf('silv', 0).anywhere.coarse, /'silv':\*/);
  t.match(planOf('silver pump', 20_000).anywhere.coarse, /'pump':\*/, 'the last word alone is still being written');
});
