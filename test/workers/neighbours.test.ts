import { EventEmitter } from 'node:events';
import t from 'tap';
import type { Message } from '../../src/workers/messages.ts';
import { Neighbours } from '../../src/workers/neighbours.ts';
import { until } from '../resolve/until.ts';

/** The process of a worker, and what it has said to its supervisor, as that reads it. */
function openPort() {
  const said: Message[] = [];
  const port = Object.assign(new EventEmitter(), {
    send: (message: Message) => void said.push(JSON.parse(JSON.stringify(message))),
  });
  return { port, said };
}

t.test('a worker that is still starting says at once that it has no answer', async (t) => {
  const { port, said } = openPort();
  const neighbours = new Neighbours(port);
  port.emit('message', { kind: 'ask', number: 1, topic: 'metrics' });
  await until(() => said.length === 1);
  t.strictSame(said, [{ kind: 'answer', number: 1 }], 'which the supervisor leaves out');
  neighbours.answer('metrics', () => undefined);
  port.emit('message', { kind: 'ask', number: 2, topic: 'metrics' });
  await until(() => said.length === 2);
  t.strictSame(said[1], { kind: 'answer', number: 2, answer: null }, 'one that has nothing to say has answered');
});

t.test('a failure is no answer', async (t) => {
  const { port, said } = openPort();
  const neighbours = new Neighbours(port);
  neighbours.answer('catch-up', async () => {
    throw new Error('the feed cannot be read');
  });
  neighbours.answer('metrics', () => 'here');
  port.emit('message', { kind: 'ask', number: 1, topic: 'catch-up' });
  port.emit('message', { kind: 'ask', number: 2, topic: 'metrics' });
  await until(() => said.length > 0);
  t.strictSame(said, [{ kind: 'answer', number: 2, answer: 'here' }]);
});

t.test('who asks gets the answers that belong to the question', async (t) => {
  const { port, said } = openPort();
  const neighbours = new Neighbours(port);
  const answers = [neighbours.ask('metrics'), neighbours.ask('resolutions', 'detail')];
  t.strictSame(said, [
    { kind: 'ask', number: 1, topic: 'metrics' },
    { kind: 'ask', number: 2, topic: 'resolutions', detail: 'detail' },
  ]);
  port.emit('message', { kind: 'answer', number: 2, answer: ['second'] });
  port.emit('message', { kind: 'answer', number: 1, answer: [] });
  t.strictSame(await Promise.all(answers), [[], ['second']]);
});
