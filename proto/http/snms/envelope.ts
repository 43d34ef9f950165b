import { type TSchema, Type } from 'typebox';

/** Of every answer of the second-level interface; a failure has no data. */
export const SNMS_STATUS = {
  success: 1,
  notLoggedIn: -1,
  refused: -2,
  forbidden: -3,
  failed: -4,
} as const;

export type SnmsStatus = (typeof SNMS_STATUS)[keyof typeof SNMS_STATUS];

export const SNMS_TAG = 'Second level';

/** `{"message":"success","status":1,"data":…}`; HTTP says 200 to what is refused, too. */
export function envelopeOf(data: TSchema) {
  return Type.Object({
    message: Type.String(),
    status: Type.Union(Object.values(SNMS_STATUS).map((status) => Type.Literal(status))),
    data: Type.Union([data, Type.Null()]),
  });
}

/** What a write answers. */
export const SnmsDone = envelopeOf(Type.Literal(true));
