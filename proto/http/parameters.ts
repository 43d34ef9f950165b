import { Type } from 'typebox';
import type { Parameter } from './operation.ts';

const flag = (text: string): Parameter => ({ text, schema: Type.Boolean() });
const word = (text: string): Parameter => ({ text, schema: Type.String() });
const whole = (text: string, maximum: number): Parameter => ({ text, schema: Type.Integer({ minimum: 1, maximum }) });
const moment = (text: string): Parameter => ({ text, schema: Type.String({ format: 'date-time' }) });

/** Forms of parameters that operations share. */
export const parameter = { flag, word, whole, moment };

/** Headers of writes. */
export const writeHeaders = {
  'if-match': word('Only when the record has this version, as ETag gives it (RFC 9110 §13.1.1); * is any'),
  'if-none-match': word('`*`: only when there is no record'),
  'idempotency-key': word('The same key with the same request gives the first answer again, for a day'),
} as const satisfies Record<string, Parameter>;
