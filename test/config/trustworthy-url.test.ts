import t from 'tap';
import { isTrustworthyUrl } from '../../src/config/trustworthy-url.ts';

t.test('keys come over TLS, or from this machine', async (t) => {
  for (const url of [
    'https://id.example.invalid',
    'https://id.example.invalid/realms/x',
    'http://127.0.0.1:8080/r',
    'http://[::1]/',
    'http://localhost:1',
  ])
    t.equal(isTrustworthyUrl(url), true, url);
  for (const url of [
    'http://id.example.invalid',
    'http://127.0.0.1.example.invalid',
    'ftp://127.0.0.1',
    'https://a:b@id.example.invalid',
    'id.example.invalid',
    '',
  ])
    t.equal(isTrustworthyUrl(url), false, url);
});
