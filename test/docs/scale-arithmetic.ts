/** What the tables of docs/scale.md are worked out from: its inputs, by their names there. */
export type Inputs = ReadonlyMap<string, number>;

/** Worked out, by the names of the rows there. Bytes are in powers of ten, as disks are sold. */
export function sizeOf(inputs: Inputs): ReadonlyMap<string, string> {
  const get = getterOf(inputs);
  const identifiers = get('identifiers');
  const versions = get('earlier versions of an identifier');
  const each =
    get('bytes of an identifier') +
    versions * get('bytes of an earlier version') +
    (1 + versions) * get('bytes of a change') +
    get('bytes in the catalogue');
  const all = identifiers * each;
  const copies = get('copies of a database');
  const primaries = Math.ceil(all / (get('bytes of a disk') * get('share of a disk that is filled')));
  const part = identifiers / primaries / get('parts of a table');
  const hours = (rate: string) => identifiers / primaries / get(rate) / 3_600;
  return new Map([
    ['bytes of an identifier with all that belongs to it', whole(each)],
    ['all identifiers, once', `${(all / 1e12).toFixed(1)} TB`],
    ['all copies', `${((all * copies) / 1e12).toFixed(1)} TB`],
    ['primaries', whole(primaries)],
    ['database servers', whole(primaries * copies)],
    ['identifiers of a primary', `${whole(identifiers / primaries / 1e6)} million`],
    ['rows of a part of `identifiers`', `${whole(part / 1e6)} million`],
    ['bytes of a part of `identifiers`', `${((part * get('bytes of an identifier')) / 1e9).toFixed(1)} GB`],
    ['hours of copying, to partition a primary', hours('rows copied a second').toFixed(0)],
    ['hours of comparing', hours('rows compared a second').toFixed(0)],
  ]);
}

/** Shares of the requests that are answered from memory, from Redis and by PostgreSQL. */
export interface Mix {
  readonly memory: number;
  readonly redis: number;
  readonly postgres: number;
}

/** Processors kept busy, processors with room to spare, and machines. */
export function processorsFor(inputs: Inputs, { memory, redis, postgres }: Mix): readonly string[] {
  const get = getterOf(inputs);
  const a = (layer: string) => get(`${layer} a CPU second`);
  const busy =
    get('requests a second') * (memory / a('memory hits') + redis / a('Redis hits') + postgres / a('PostgreSQL hits'));
  const needed = busy / get('share of a processor that is used');
  return [busy.toFixed(1), whole(Math.ceil(needed)), whole(Math.ceil(needed / get('processors of a machine')))];
}

function getterOf(inputs: Inputs): (name: string) => number {
  return (name) => {
    const value = inputs.get(name);
    if (value === undefined || Number.isNaN(value)) throw new Error(`There is no input "${name}"`);
    return value;
  };
}

function whole(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
