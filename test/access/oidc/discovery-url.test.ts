import t from 'tap';
import { discoveryUrl } from '../../../src/access/oidc/discovery-url.ts';

t.test('an issuer describes itself below its own path', async (t) => {
  t.equal(discoveryUrl('https://a.invalid'), 'https://a.invalid/.well-known/openid-configuration');
  t.equal(discoveryUrl('https://a.invalid/'), 'https://a.invalid/.well-known/openid-configuration');
  t.equal(discoveryUrl('https://a.invalid/realms/x'), 'https://a.invalid/realms/x/.well-known/openid-configuration');
});
