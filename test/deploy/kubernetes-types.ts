import { spawnSync } from 'node:child_process';
import type { Test } from 'tap';
import { fileOf } from '../support/root.ts';
import type { Manifest } from './kubernetes-files.ts';

/** Part of a manifest: each member may be missing, none may be unknown. */
const PART = `
type Part<T> = T extends readonly (infer I)[] ? Part<I>[] : T extends object ? { [K in keyof T]?: Part<T[K]> } : T;
`;

const COMPILER = {
  compilerOptions: { strict: true, noEmit: true, skipLibCheck: true, module: 'esnext', moduleResolution: 'bundler' },
};

/**
 * What the compiler says of manifests by name, held to the types that were made of Kubernetes' own API description: members that do
 * not exist, that are missing or that hold something else. Those that pass are not in the answer.
 */
export function findErrors(
  t: Test,
  manifests: Readonly<Record<string, Manifest>>,
  { isPatch = false }: { isPatch?: boolean } = {},
): Record<string, string> {
  const names = Object.keys(manifests);
  const programs = names.map((name, i) => [`m${i}.ts`, programOf(manifests[name] as Manifest, isPatch)]);
  const folder = t.testdir({ ...Object.fromEntries(programs), 'tsconfig.json': JSON.stringify(COMPILER) });
  const { status, stdout, stderr } = spawnSync(
    fileOf('node_modules/.bin/tsc'),
    ['--project', folder, '--pretty', 'false'],
    {
      encoding: 'utf8',
    },
  );
  const errors: Record<string, string> = {};
  let name = '';
  // What goes on about an error is indented.
  for (const line of stdout.split('\n')) {
    if (!line.startsWith(' ')) name = names[Number(/\bm(\d+)\.ts\(/.exec(line)?.[1])] ?? '';
    if (name !== '') errors[name] = `${errors[name] ?? ''}${line}\n`;
  }
  // A compiler that fails over something else has proven nothing.
  if ((status === 0) !== (Object.keys(errors).length === 0)) throw new Error(`The compiler failed: ${stdout}${stderr}`);
  return errors;
}

/** `apps/v1` → `kubernetes-types/apps/v1`, `networking.k8s.io/v1` → `…/networking/v1`, `v1` → `…/core/v1`. */
function programOf(manifest: Manifest, isPatch: boolean): string {
  const [version, group = 'core'] = manifest.apiVersion.split('/').reverse() as [string, string?];
  const from = `kubernetes-types/${group.replace('.k8s.io', '')}/${version}`;
  const type = isPatch ? 'Part<Kind>' : 'Kind';
  return `import type { ${manifest.kind} as Kind } from '${from}';${PART}export const manifest: ${type} = ${JSON.stringify(manifest)};\n`;
}
