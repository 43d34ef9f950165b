import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { root as projectFolder } from '../support/root.ts';

export interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const root = pathToFileURL(projectFolder);

export function readRootFile(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

/** `${NAME:?what to do}`: the one form of variable that the file uses. */
const REQUIRED = /\$\{([A-Z_]+):\?[^}]+\}/g;

export function requiredVariables(): string[] {
  return [...new Set(Array.from(readRootFile('docker-compose.yml').matchAll(REQUIRED), ([, name]) => name as string))];
}

/** docker-compose.yml as the engine reads it: variables filled in, anchors merged. */
export function readCompose(variables: Readonly<Record<string, string>>): ComposeFile {
  const text = readRootFile('docker-compose.yml').replace(REQUIRED, (_, name: string) => {
    const value = variables[name];
    if (value === undefined || value === '') throw new Error(`${name} is not set`);
    return value;
  });
  if (/(?<!\$)\$(?!\$)/.test(text.replaceAll('$$', ''))) throw new Error('The file has a variable of another form');
  return parse(text.replaceAll('$$', '$'), { merge: true, strict: true, uniqueKeys: true }) as ComposeFile;
}

/** The NAME=value lines of an environment file. */
export function parseEnvFile(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** The services that are nodes. */
export function nodeServices({ services }: ComposeFile): [name: string, settings: Record<string, string>][] {
  return Object.entries(services).flatMap(([name, { environment }]) =>
    environment !== undefined && 'KAPOK_ROLE' in environment ? [[name, { ...environment }]] : [],
  );
}
