import t from 'tap';
import { StatementCounter } from '../../bench/statement-counter.ts';

function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(type === '' ? 4 : 5);
  head.write(type);
  head.writeInt32BE(Buffer.byteLength(body) + 4, head.length - 4);
  return Buffer.concat([head, Buffer.from(body)]);
}

t.test('statements are counted wherever the connection cuts them', async (t) => {
  const bytes = Buffer.concat([
    message('', 'user=EEEE QQQQ'),
    message('p', 'E: a password'),
    message('P', 'name E Q'),
    ...[message('B', 'EQ'), message('E', ''), message('S', '')],
    message('Q', 'begin'),
    ...[message('B', ''), message('E', 'portal')],
  ]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const counter = new StatementCounter();
    const see = counter.watch();
    see(bytes.subarray(0, cut));
    see(bytes.subarray(cut));
    t.equal(counter.count, 3, `cut at ${cut}`);
  }
});
