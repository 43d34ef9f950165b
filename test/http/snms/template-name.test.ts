import fc from 'fast-check';
import t from 'tap';
import { templateIdOf, versionInName } from '../../../src/http/snms/template-name.ts';
import { parsePrefix } from '../../../src/identifier/prefix.ts';
import { parseTemplateId, templateText } from '../../../src/registry/templates.ts';

const prefix = parsePrefix('88.101.5');

t.test('a version is found again in the name where it can stand in one', async (t) => {
  for (const version of ['1.0', '666', 'OneCodeDefault', 'v-2.1.0']) {
    const { name } = templateIdOf(prefix, version);
    t.equal(versionInName(name), version);
  }
  t.equal(templateIdOf(prefix, '1.0.1').name, 'v1_0_1');
  t.equal(versionInName(templateIdOf(prefix, '标准件 一').name), null);
});

t.test('any two versions have two names, which the registry takes', async () => {
  const version = fc.oneof(fc.string({ minLength: 1, maxLength: 128 }), fc.stringMatching(/^[A-Za-z0-9._-]{1,128}$/));
  fc.assert(
    fc.property(version, version, (one, other) => {
      const [a, b] = [templateIdOf(prefix, one), templateIdOf(prefix, other)];
      parseTemplateId(templateText(a));
      return (a.name === b.name) === (one === other);
    }),
  );
});
