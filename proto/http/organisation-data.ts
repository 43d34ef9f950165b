import { type Static, type TSchema, Type } from 'typebox';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const oneOf = <const T extends string>(names: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(names.map((name) => Type.Literal(name))));
const closed = { additionalProperties: false };

/** 单位性质: 国有控股, 民营控股, 外商控股, 事业单位, 民营非盈利组织. */
export const NATURES = ['state', 'private', 'foreign', 'institution', 'non-profit'] as const;
/** 证件类型 of an organisation: 统一社会信用代码, 其他. */
export const DOCUMENT_TYPES = ['uscc', 'other'] as const;
/** 证件类型 of a person: 居民身份证, 护照, 其他. */
export const PERSON_DOCUMENT_TYPES = ['resident-card', 'passport', 'other'] as const;

const PersonDocument = Type.Object({ type: oneOf(PERSON_DOCUMENT_TYPES), number: text(32) }, closed);

/** What an organisation says about itself; of a draft any part may be missing. */
export const OrganisationData = Type.Object(
  {
    /** 单位名称. */
    name: text(255),
    nameEn: Type.Optional(text(255)),
    nature: Type.Optional(oneOf(NATURES)),
    /** 证件: one organisation has one, and no other has it. */
    document: Type.Optional(Type.Object({ type: oneOf(DOCUMENT_TYPES), number: text(32) }, closed)),
    /** 法人. */
    legalPerson: Type.Optional(
      Type.Object(
        {
          name: text(128),
          document: Type.Optional(PersonDocument),
          phone: Type.Optional(text(32)),
          email: Type.Optional(text(254)),
        },
        closed,
      ),
    ),
    /** 联系人. */
    contact: Type.Optional(
      Type.Object(
        { name: text(128), phone: text(32), email: text(254), document: Type.Optional(PersonDocument) },
        closed,
      ),
    ),
    /** 单位地址. */
    address: Type.Optional(text(255)),
    addressEn: Type.Optional(text(255)),
    /** 省/市/区: the six digits of GB/T 2260. */
    region: Type.Optional(text(6)),
    /** 行业: GB/T 4754, as `I/65/651/6513`; from the second level on deeper ones may be left out. */
    industry: Type.Optional(text(16)),
    website: Type.Optional(text(255)),
    /** 单位简介. */
    introduction: Type.Optional(text(1024)),
    /** 注册机关, 注册资本, 成立日期, 有效期 (a date, or `long-term`). */
    registrar: Type.Optional(text(255)),
    capital: Type.Optional(text(64)),
    founded: Type.Optional(text(10)),
    validUntil: Type.Optional(text(10)),
  },
  closed,
);
export type OrganisationData = Static<typeof OrganisationData>;

/** Draft 起草, submitted 待核验, refused 未通过, verified 已核验; changing, rechecking: verified, and a change is drafted, is checked. */
export const ORGANISATION_STATES = [
  'draft',
  'submitted',
  'refused',
  'verified',
  'changing',
  'rechecking',
  'suspended',
  'withdrawn',
] as const;
export const OrganisationState = oneOf(ORGANISATION_STATES);
export type OrganisationState = Static<typeof OrganisationState>;

const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const moment = orNull(Type.String());

export const Organisation = Type.Object({
  id: Type.String(),
  state: OrganisationState,
  /** What is in force, or is drafted. Of numbers the organisation itself is shown the last four characters. */
  data: OrganisationData,
  /** What a verified organisation wants changed. */
  pending: orNull(OrganisationData),
  /** Whether all is there that a submission needs, and what is not. */
  complete: Type.Boolean(),
  missing: Type.Array(Type.String()),
  /** Of the last verdict. */
  remarks: orNull(Type.String()),
  /** What the caller can do now. */
  possible: Type.Array(Type.String()),
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  submittedAt: moment,
  verifiedAt: moment,
});
export type Organisation = Static<typeof Organisation>;

/** A line of the list. */
export const OrganisationSummary = Type.Object({
  id: Type.String(),
  state: OrganisationState,
  name: Type.String(),
  nature: orNull(Type.String()),
  region: orNull(Type.String()),
  industry: orNull(Type.String()),
  version: Type.Integer(),
  updatedAt: Type.String(),
  submittedAt: moment,
  verifiedAt: moment,
});
export type OrganisationSummary = Static<typeof OrganisationSummary>;

/** `PATCH /api/v1/organisations/{id}`: fields that are named take the place of theirs; null takes one away. */
const { name, ...others } = OrganisationData.properties;
const nullable = (schema: TSchema) => Type.Optional(Type.Union([schema, Type.Null()]));
export const OrganisationPatch = Type.Unsafe<OrganisationPatch>(
  Type.Object(
    {
      name: Type.Optional(name),
      ...Object.fromEntries(Object.entries(others).map(([field, schema]) => [field, nullable(schema)])),
    },
    closed,
  ),
);
export type OrganisationPatch = {
  readonly [Field in keyof OrganisationData]?: OrganisationData[Field] | (Field extends 'name' ? never : null);
};

/** Why; some actions must say it. It is kept in the audit log: nothing about people belongs into it. */
export const OrganisationReason = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 1024 })) }, closed);
export type OrganisationReason = Static<typeof OrganisationReason>;

export const MadeOrganisation = Type.Object({
  organisation: Organisation,
  /** Speaks for the organisation, and is shown once; null where the caller has become a member. */
  token: orNull(Type.String()),
});
export type MadeOrganisation = Static<typeof MadeOrganisation>;
