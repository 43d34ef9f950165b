import t from 'tap';
import { openSource } from '../../../bench/client/sources.ts';
import { createZipf, randomFrom, scatterOf } from '../../../bench/random.ts';

const OPTIONS = { host: '127.0.0.1:1', status: 200, lanes: 1, before: 0 };

t.test('a list goes on where the load before it ended', async (t) => {
  const requests = Array.from({ length: 10 }, (_, i) => ({ path: `/${i}` }));
  const next = openSource({ kind: 'list', requests }, { ...OPTIONS, lanes: 2, before: 4 });
  const paths = Array.from({ length: 6 }, (_, i) => next(i % 2).text.split(' ')[1]);
  t.strictSame(paths, ['/4', '/5', '/6', '/7', '/8', '/9']);
});

t.test('names by Zipf are drawn as often as their rank says, and lie apart', async (t) => {
  const draw = createZipf({ count: 1000, skew: 1, random: randomFrom(1) });
  const counts = new Array<number>(1000).fill(0);
  for (let i = 0; i < 200_000; i++) {
    const rank = draw();
    counts[rank] = (counts[rank] ?? 0) + 1;
  }
  const [first = 0, second = 0] = counts;
  t.ok(first / second > 1.7 && first / second < 2.3, `${first} ${second}`);
  const scatter = scatterOf(1000);
  t.equal(new Set(Array.from({ length: 1000 }, (_, rank) => scatter(rank))).size, 1000);
  t.ok(Math.abs(scatter(1) - scatter(0)) > 100);
});

t.test('a mix keeps its shares from the beginning', async (t) => {
  const part = (path: string) => ({ kind: 'list', requests: [{ path }] }) as const;
  const parts = [
    { share: 0.99, source: part('/read') },
    { share: 0.01, source: part('/write') },
  ];
  const next = openSource({ kind: 'mix', parts }, OPTIONS);
  const texts = Array.from({ length: 1000 }, () => next(0).text);
  t.equal(texts.filter((text) => text.startsWith('GET /write')).length, 10);
});

t.test('absent names are new each time; a body goes with its length in bytes', async (t) => {
  const absent = openSource({ kind: 'absent', prefix: '88.101' }, OPTIONS);
  t.equal(new Set(Array.from({ length: 1000 }, () => absent(0).text)).size, 1000);
  const body = '{"a":"木棉"}';
  const request = { method: 'PUT', path: '/x', body, headers: { authorization: 'Bearer t' }, status: 201 } as const;
  const put = openSource({ kind: 'list', requests: [request] }, OPTIONS)(0);
  t.equal(
    put.text,
    'PUT /x HTTP/1.1\r\nhost: 127.0.0.1:1\r\nauthorization: Bearer t\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{"a":"木棉"}',
  );
  t.equal(put.status, 201);
});

t.test('each record comes once before one comes again, and a load goes on behind the one before', async (t) => {
  const source = { kind: 'each', prefix: '88.101', count: 100 } as const;
  const pathsOf = (before: number, count: number) => {
    const next = openSource(source, { ...OPTIONS, before });
    return Array.from({ length: count }, () => next(0).text.split(' ')[1] as string);
  };
  const round = pathsOf(0, 101);
  t.equal(new Set(round.slice(0, 100)).size, 100);
  t.equal(round[100], round[0]);
  t.strictSame(pathsOf(30, 5), round.slice(30, 35));
});
