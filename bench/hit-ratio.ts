import { LRUCache } from 'lru-cache';
import { S3Fifo } from '../src/cache/s3-fifo.ts';
import { createZipf, randomFrom } from './random.ts';

/** `npm run bench:hit-ratio`: how many requests a cache answers, by its policy, on made traffic that is the same at each run. */
const NAMES = 200_000;
const REQUESTS = 2_000_000;
/** Requests before which nothing is counted. */
const WARM_UP = REQUESTS / 4;

type Policy = (capacity: number) => (name: number) => boolean;

const POLICIES: Record<string, Policy> = {
  'least recently used': (capacity) => {
    const cache = new LRUCache<number, true>({ max: capacity });
    return (name) => {
      if (cache.get(name) === true) return true;
      cache.set(name, true);
      return false;
    };
  },
  'S3-FIFO': (capacity) => {
    // A ghost costs a quarter of what an entry does, as in MemoryCache with records of 400 bytes.
    const options = { bytesOf: () => 4, ghostBytesOf: () => 1, onLeave: () => {} };
    const cache = new S3Fifo<number, { uses: number }>({ maxBytes: 4 * capacity, ...options });
    return (name) => {
      if (cache.get(name) !== undefined) return true;
      cache.set(name, { uses: 0 });
      return false;
    };
  },
};

const random = randomFrom(0);
const zipfOf = (skew: number) => createZipf({ count: NAMES, skew, random });

/** Which name the request of a number asks for. */
const TRAFFIC: Record<string, (skew: number) => (request: number) => number> = {
  'the same names': zipfOf,
  'a scan now and then': (skew) => {
    const next = zipfOf(skew);
    let scanned = 0;
    return (request) => (request % 200_000 >= 150_000 && request % 2 === 0 ? NAMES + scanned++ : next());
  },
  'other names with time': (skew) => {
    const next = zipfOf(skew);
    return (request) => (next() + Math.floor(request / 200_000) * 5_000) % NAMES;
  },
};

console.log(`${NAMES.toLocaleString('en')} names, ${REQUESTS.toLocaleString('en')} requests\n`);
console.log(
  ['traffic'.padEnd(22), 'Zipf', 'held', ...Object.keys(POLICIES).map((name) => name.padStart(20))].join('  '),
);
for (const [traffic, make] of Object.entries(TRAFFIC)) {
  for (const skew of [0.8, 1]) {
    const next = make(skew);
    const asked = Int32Array.from({ length: REQUESTS }, (_, request) => next(request));
    for (const share of [0.01, 0.1]) {
      const ratios = Object.values(POLICIES).map((open) => hitRatio(asked, open(NAMES * share)));
      const cells = ratios.map((ratio) => ratio.toFixed(3).padStart(20));
      console.log(
        [traffic.padEnd(22), skew.toFixed(1).padStart(4), `${share * 100} %`.padStart(4), ...cells].join('  '),
      );
    }
  }
}

function hitRatio(asked: Int32Array, ask: (name: number) => boolean): number {
  let hits = 0;
  asked.forEach((name, i) => {
    if (ask(name) && i >= WARM_UP) hits++;
  });
  return hits / (REQUESTS - WARM_UP);
}
