import { createHash } from 'node:crypto';
import type { Prefix } from '../../identifier/prefix.ts';
import type { TemplateId } from '../../registry/templates.ts';

/** Versions that can stand in a name; "_" in a name is always a dot of the version. */
const PLAIN = /^[A-Za-z0-9.-]{1,60}$/;
const NAME = /^v[A-Za-z0-9_-]{1,60}$/;

/**
 * Templates are known by prefix and version here, and their versions are texts: `1.0.1`, `标准件`. Each is a template of its own
 * in the registry, `88.101.5/v1_0_1`, and what its `PUT` changes is the next version of that.
 */
export function templateIdOf(prefix: Prefix, version: string): TemplateId {
  if (PLAIN.test(version)) return { prefix, name: `v${version.replaceAll('.', '_')}` };
  return { prefix, name: `h${createHash('sha256').update(version).digest('base64url')}` };
}

/** The version that a name stands for; null when the name does not tell. */
export function versionInName(name: string): string | null {
  return NAME.test(name) ? name.slice(1).replaceAll('_', '.') : null;
}
