import { type Static, Type } from 'typebox';

/** `POST /api/v1/tokens`. */
export const NewToken = Type.Object(
  {
    /** The prefix whose subtree the token is for; "" is the whole node. */
    scope: Type.String({ maxLength: 64 }),
    label: Type.String({ minLength: 1, maxLength: 255 }),
    /** Days until it expires; absent: never. */
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
  },
  { additionalProperties: false },
);
export type NewToken = Static<typeof NewToken>;
