import type { FastifyRequest } from 'fastify';
import { readText } from '../query-string.ts';
import { missing } from './envelope.ts';
import { refused } from './second-level-error.ts';

/** A parameter that must be there. */
export function getParameter(request: FastifyRequest, name: string, maxLength: number): string {
  const text = findParameter(request, name, maxLength);
  if (text === undefined) throw missing(name);
  return text;
}

/** Undefined when it is absent or, as clients send it, empty. */
export function findParameter(request: FastifyRequest, name: string, maxLength: number): string | undefined {
  const text = readText(request, name);
  if (text === undefined || text === '') return undefined;
  if (text.length > maxLength) throw refused(`${name}长度不能超过${maxLength}`, name);
  return text;
}

export function findNumber(request: FastifyRequest, name: string, max: number): number | undefined {
  const text = findParameter(request, name, 10);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) > max) throw refused(`${name}必须是不大于${max}的整数`, name);
  return Number(text);
}
