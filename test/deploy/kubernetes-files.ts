import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Document, parseAllDocuments } from 'yaml';
import { fileOf } from '../support/root.ts';
import { parseEnvFile, readRootFile } from './compose-file.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // What it may hold is Kubernetes' own word (kubernetes-types.ts).
  // biome-ignore lint/suspicious/noExplicitAny: a test that reads a member fails where it is missing
  readonly spec: any;
}

export interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly name: string; readonly envs: readonly string[] }[];
  readonly patches?: readonly { readonly path: string }[];
  readonly images?: readonly { readonly name: string; readonly newTag: string }[];
}

export const FOLDER = 'deploy/kubernetes';
export const OVERLAYS = readdirSync(fileOf(`${FOLDER}/overlays`)).sort();

/** All files below the folder, without it: `base/services.yaml`. */
export function listFiles(): string[] {
  const found = readdirSync(fileOf(FOLDER), { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(fileOf(FOLDER).length + 1)).sort();
}

/** The documents of a file; throws at what YAML 1.2 does not allow, a member given twice among it. */
export function readDocuments<T>(file: string): T[] {
  const documents = parseAllDocuments(readRootFile(`${FOLDER}/${file}`), { strict: true, uniqueKeys: true });
  return (documents as Document[]).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as T;
  });
}

export function readKustomization(folder: string): Kustomization {
  return readDocuments<Kustomization>(`${folder}/kustomization.yaml`)[0] as Kustomization;
}

/** The manifests of the base. */
export function readBase(): Manifest[] {
  return readKustomization('base').resources.flatMap((file) => readDocuments<Manifest>(`base/${file}`));
}

export function readPatches(overlay: string): Manifest[] {
  const folder = `overlays/${overlay}`;
  const { patches = [] } = readKustomization(folder);
  return patches.flatMap(({ path }) => readDocuments<Manifest>(join(folder, path)));
}

/** The settings that an overlay comes to, with those of the base below them. */
export function readSettings(overlay: string): Record<string, string> {
  return { ...readOwnSettings('base'), ...readOwnSettings(`overlays/${overlay}`) };
}

function readOwnSettings(folder: string): Record<string, string> {
  const files = readKustomization(folder).configMapGenerator.flatMap(({ envs }) => envs);
  const texts = files.map((file) => readRootFile(`${FOLDER}/${join(folder, file)}`));
  return Object.assign({}, ...texts.map((text) => parseEnvFile(text)));
}

/** Every file that a kustomization names, and every folder. */
export function namedFiles(): string[] {
  const kustomizations = listFiles().filter((file) => file.endsWith('/kustomization.yaml'));
  return kustomizations.flatMap((file) => {
    const { resources, configMapGenerator, patches = [] } = readKustomization(dirname(file));
    const named = [...resources, ...configMapGenerator.flatMap(({ envs }) => envs), ...patches.map(({ path }) => path)];
    return named.map((name) => join(dirname(file), name));
  });
}
