import t from 'tap';
import { type Manifest, OVERLAYS, readBase, readPatches } from './kubernetes-files.ts';
import { findErrors } from './kubernetes-types.ts';

const nameOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
const base = new Map(readBase().map((manifest) => [nameOf(manifest), manifest]));
const statefulSet = base.get('StatefulSet kapok') as Manifest;

t.test('every manifest is one that Kubernetes knows, member by member', async (t) => {
  t.strictSame([...base.keys()].sort(), [
    'HorizontalPodAutoscaler kapok',
    'NetworkPolicy kapok',
    'PodDisruptionBudget kapok',
    'Service kapok',
    'Service kapok-pods',
    'StatefulSet kapok',
  ]);
  t.strictSame(findErrors(t, Object.fromEntries(base)), {});
});

t.test('so is what the overlays change', async (t) => {
  const patches = OVERLAYS.flatMap((overlay) =>
    readPatches(overlay).map((patch) => [`${overlay}: ${nameOf(patch)}`, patch] as const),
  );
  t.strictSame(
    patches.map(([name]) => name),
    ['top: StatefulSet kapok', 'top: HorizontalPodAutoscaler kapok'],
  );
  t.strictSame(findErrors(t, Object.fromEntries(patches), { isPatch: true }), {});
});

/** A copy of the StatefulSet in which one thing is wrong. */
const broken = (from: string, to: string): Manifest => {
  const text = JSON.stringify(statefulSet);
  if (!text.includes(from)) throw new Error(`The manifest has no ${from}`);
  return JSON.parse(text.replace(from, to)) as Manifest;
};

const WRONG: Record<string, { manifest: Manifest; says: RegExp }> = {
  'a misspelled member': { manifest: broken('"readinessProbe"', '"redinessProbe"'), says: /redinessProbe/ },
  'a misspelled member far inside': {
    manifest: broken('"whenUnsatisfiable"', '"whenUnsatisfied"'),
    says: /whenUnsatis/,
  },
  'a number as text': { manifest: broken('"containerPort":7080', '"containerPort":"7080"'), says: /'number'/ },
  'a list that is none': { manifest: broken('["ALL"]', '"ALL"'), says: /'string\[\]'/ },
  'a member that is missing': { manifest: broken('"serviceName":"kapok-pods",', ''), says: /serviceName/ },
  'a kind of another version': { manifest: broken('"apps/v1"', '"apps/v1beta1"'), says: /apps\/v1beta1/ },
  'a kind that does not exist': { manifest: broken('"StatefulSet"', '"StatefullSet"'), says: /StatefullSet/ },
};

for (const isPatch of [false, true]) {
  t.test(`what Kubernetes would refuse is refused${isPatch ? ' in a patch' : ''}`, async (t) => {
    const cases = Object.entries(WRONG).filter(([name]) => !(isPatch && name === 'a member that is missing'));
    const errors = findErrors(t, Object.fromEntries(cases.map(([name, { manifest }]) => [name, manifest])), {
      isPatch,
    });
    for (const [name, { says }] of cases) t.match(errors[name], says, name);
  });
}
