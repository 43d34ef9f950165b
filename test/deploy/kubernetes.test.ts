import { existsSync } from 'node:fs';
import t from 'tap';
import { readConfig, VARIABLES } from '../../src/config/config.ts';
import { fileOf } from '../support/root.ts';
import { readRootFile } from './compose-file.ts';
import {
  FOLDER,
  listFiles,
  type Manifest,
  namedFiles,
  OVERLAYS,
  readBase,
  readKustomization,
  readPatches,
  readSettings,
} from './kubernetes-files.ts';

const base = readBase();
const ofKind = (kind: string) => base.filter((manifest) => manifest.kind === kind);
const [statefulSet] = ofKind('StatefulSet') as [Manifest];
const pod = statefulSet.spec.template.spec;
const [container] = pod.containers;
const labels = statefulSet.spec.template.metadata.labels;
const SECRETS = {
  DATABASE_URL: 'postgres://kapok@db.example/kapok',
  REDIS_URL: 'redis://redis.example:6379',
  KAPOK_SECRET_KEY: Buffer.alloc(32).toString('base64'),
  KAPOK_OPERATOR_TOKEN: `kapok_${'a'.repeat(43)}`,
};

t.test('kustomizations name the files there are, and no file is forgotten', async (t) => {
  const named = namedFiles();
  for (const path of named) t.ok(existsSync(fileOf(`${FOLDER}/${path}`)), path);
  const forgotten = listFiles().filter((file) => !named.includes(file) && !file.endsWith('kustomization.yaml'));
  t.strictSame(forgotten, []);
});

t.test('kustomizations have the members that kustomize knows', async (t) => {
  const known = ['apiVersion', 'kind', 'namespace', 'resources', 'configMapGenerator', 'patches', 'images'];
  for (const folder of ['base', ...OVERLAYS.map((overlay) => `overlays/${overlay}`)]) {
    const kustomization = readKustomization(folder);
    t.match(kustomization, { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }, folder);
    const unknown = Object.keys(kustomization).filter((member) => !known.includes(member));
    t.strictSame(unknown, [], folder);
  }
});

t.test('settings are those of a node, and make one that listens where it is asked', async (t) => {
  const given: string[] = container.env.map(({ name }: { name: string }) => name);
  t.strictSame(given.sort(), Object.keys(SECRETS).sort());
  for (const name of given) t.ok(VARIABLES.includes(name), name);
  t.strictSame(OVERLAYS, ['enterprise', 'top']);
  for (const overlay of OVERLAYS) {
    const settings = readSettings(overlay);
    for (const name of Object.keys(settings)) t.ok(VARIABLES.includes(name), `${overlay}: ${name}`);
    const config = readConfig({ ...settings, ...SECRETS });
    t.equal(config.host, '0.0.0.0');
    t.equal(config.port, container.ports[0].containerPort);
    t.ok(config.publicUrl, `${overlay} says where other nodes reach it`);
    const mounted = container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    t.strictSame(mounted, [config.dataDir], 'the one folder that a node writes');
  }
});

t.test('no secret stands in a file: each is named, and the ConfigMap holds none', async (t) => {
  t.strictSame(ofKind('Secret'), []);
  for (const { name, value, valueFrom } of container.env) {
    t.equal(value, undefined, name);
    t.match(valueFrom.secretKeyRef, { name: 'kapok-secrets', key: name });
  }
  for (const overlay of OVERLAYS) {
    const held = Object.keys(readSettings(overlay)).filter((name) => name in SECRETS);
    t.strictSame(held, [], overlay);
  }
});

t.test('the variables of Services, which begin with KAPOK_ too, are kept out', async (t) => {
  const [service] = ofKind('Service') as [Manifest];
  const injected = `${service.metadata.name.toUpperCase()}_SERVICE_HOST`;
  const settings = { ...readSettings('enterprise'), ...SECRETS };
  t.throws(() => readConfig({ ...settings, [injected]: '10.0.0.1' }), { code: 'INVALID_SETTING' });
  t.equal(pod.enableServiceLinks, false);
});

t.test('a pod has no rights that it does not need', async (t) => {
  t.match(pod, { automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, runAsUser: 1000 } });
  t.match(pod.securityContext.seccompProfile, { type: 'RuntimeDefault' });
  const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = container.securityContext;
  t.strictSame(
    { allowPrivilegeEscalation, readOnlyRootFilesystem },
    {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
    },
  );
  t.strictSame(capabilities, { drop: ['ALL'] });
});

t.test('probes ask what a node answers, and readiness alone takes it out of use', async (t) => {
  const { startupProbe, livenessProbe, readinessProbe, ports } = container;
  const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path);
  t.strictSame(paths, ['/health/live', '/health/live', '/health/ready']);
  const source = readRootFile('proto/http/service.ts');
  for (const path of paths) t.ok(source.includes(`'${path}'`), path);
  for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) t.equal(httpGet.port, ports[0].name);
});

t.test('a pod has the time to drain', async (t) => {
  const [, patience = ''] = /PATIENCE = ([\d_]+);/.exec(readRootFile('src/cli/stop-signal.ts')) ?? [];
  const [program, seconds] = container.lifecycle.preStop.exec.command;
  t.equal(program, 'sleep');
  const needed = Number(seconds) + Number(patience.replaceAll('_', '')) / 1000;
  t.ok(needed > 15);
  t.ok(pod.terminationGracePeriodSeconds > needed, `${pod.terminationGracePeriodSeconds} s for ${needed} s`);
});

t.test('whatever selects pods selects these', async (t) => {
  t.strictSame(statefulSet.spec.selector.matchLabels, labels);
  for (const { metadata, spec } of ofKind('Service')) t.strictSame(spec.selector, labels, metadata.name);
  for (const { spec } of ofKind('PodDisruptionBudget')) t.strictSame(spec.selector.matchLabels, labels);
  for (const { spec } of ofKind('NetworkPolicy')) t.strictSame(spec.podSelector.matchLabels, labels);
  for (const { labelSelector } of pod.topologySpreadConstraints) t.strictSame(labelSelector.matchLabels, labels);
  const { apiVersion, kind, metadata } = statefulSet;
  const [{ spec }] = ofKind('HorizontalPodAutoscaler') as [Manifest];
  t.strictSame(spec.scaleTargetRef, { apiVersion, kind, name: metadata.name });
  t.ok(ofKind('Service').some((service) => service.metadata.name === statefulSet.spec.serviceName));
});

t.test('one pod may be away, so there are at least two', async (t) => {
  for (const { spec } of ofKind('PodDisruptionBudget')) t.equal(spec.maxUnavailable, 1);
  const scalers = [...base, ...OVERLAYS.flatMap((overlay) => readPatches(overlay))].filter(
    ({ kind }) => kind === 'HorizontalPodAutoscaler',
  );
  t.equal(scalers.length, 2);
  for (const { spec } of scalers) t.ok(spec.minReplicas >= 2 && spec.maxReplicas > spec.minReplicas);
});

/** What a record takes in memory, times its answer (docs/performance.md); and a worker that holds none, in bytes. */
const PER_CACHED_BYTE = 2.5;
const WORKER_BYTES = 150 * 1024 ** 2;

t.test('a pod has a processor for each worker, and memory for what its workers keep', async (t) => {
  for (const overlay of OVERLAYS) {
    const patched = readPatches(overlay).find(({ kind }) => kind === 'StatefulSet')?.spec.template.spec.containers[0];
    const { args, resources } = { ...container, ...patched };
    const [command, option, workers] = args;
    t.strictSame([command, option], ['node', '--workers']);
    t.equal(resources.requests.cpu, workers, overlay);
    const { cacheBytes, filterBytes } = readConfig({ ...readSettings(overlay), ...SECRETS });
    const kept = Number(workers) * (PER_CACHED_BYTE * cacheBytes + filterBytes + WORKER_BYTES);
    const [, limit] = /^(\d+)Gi$/.exec(resources.limits.memory) ?? [];
    t.ok(
      Number(limit) * 1024 ** 3 > kept,
      `${overlay}: ${resources.limits.memory} for ${Math.round(kept / 1024 ** 2)} MiB`,
    );
  }
});

t.test('the image has the version of the project and no registry', async (t) => {
  const { version } = JSON.parse(readRootFile('package.json')) as { version: string };
  t.strictSame(readKustomization('base').images, [{ name: container.image, newTag: version }]);
  t.equal(container.image, 'kapok');
});
