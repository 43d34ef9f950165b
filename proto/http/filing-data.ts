import { type Static, Type } from 'typebox';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const oneOf = <const T extends string>(names: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(names.map((name) => Type.Literal(name))));
const closed = { additionalProperties: false };
const port = Type.Integer({ minimum: 1, maximum: 65_535 });

/** 标识编码类型: what kind of identifiers a node answers for. */
export const ENCODINGS = ['Handle', 'OID', 'DID', 'VAA', 'Ecode', 'GS1'] as const;
/** 应用类型: APP, 小程序, 网页, PC客户端, 其他; 1 to 5 in the reports of the tree, in this order. */
export const APPLICATION_TYPES = ['app', 'mini-program', 'web', 'desktop', 'other'] as const;
/** 注册系统, 注册数据, 数据备份, 解析服务器, 系统备份. */
export const SYSTEM_KINDS = [
  'registration',
  'registration-data',
  'data-backup',
  'resolution',
  'system-backup',
] as const;
/** 根运行, 注册管理, 注册服务, 增值电信. */
export const LICENCE_KINDS = ['root', 'registry', 'registrar', 'telecom'] as const;

/** 主体备案: how an organisation runs its part of the tree. What it is itself stands in the organisation. */
export const OrganisationFiling = Type.Object(
  {
    /** What identifiers it registers, and what for. */
    introduction: text(1024),
    /** 自营 or 委托; who is entrusted, then. */
    operation: oneOf(['self', 'entrusted']),
    operator: text(255),
    /** Where its systems stand. */
    systems: Type.Array(
      Type.Object(
        {
          kind: oneOf(SYSTEM_KINDS),
          deployment: oneOf(['local', 'cloud']),
          address: text(255),
          endpoint: Type.Optional(text(64)),
        },
        closed,
      ),
      { maxItems: 16 },
    ),
    /** 数据托管单位, 服务托管单位. */
    dataHosting: text(255),
    serviceHosting: text(255),
    /** 服务行业: GB/T 4754, as `I/65`. */
    industries: Type.Array(Type.String({ pattern: '^[A-T](/\\d{2}(/\\d{3}(/\\d{4})?)?)?$' }), { maxItems: 20 }),
    website: Type.Object(
      { name: text(255), domain: text(253), addresses: Type.Array(text(45), { maxItems: 16 }) },
      closed,
    ),
    licences: Type.Array(Type.Object({ kind: oneOf(LICENCE_KINDS), number: text(64) }, closed), { maxItems: 8 }),
  },
  closed,
);
export type OrganisationFiling = Static<typeof OrganisationFiling>;

/** 节点备案. */
export const NodeFiling = Type.Object(
  {
    name: text(255),
    /** The prefix that the node answers for. */
    prefix: text(64),
    encoding: oneOf(ENCODINGS),
    /** Who runs it. */
    operator: text(255),
    /** Where it answers, over IPv4 and over IPv6. */
    endpoints: Type.Array(
      Type.Object(
        {
          address: text(253),
          interfaces: Type.Array(Type.Object({ protocol: oneOf(['TCP', 'UDP', 'HTTP', 'HTTPS']), port }, closed), {
            minItems: 1,
            maxItems: 16,
          }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 16 },
    ),
    /** A public JSON Web Key: what the node signs with. */
    publicKey: Type.Record(Type.String({ maxLength: 32 }), text(2048), { maxProperties: 16 }),
  },
  closed,
);
export type NodeFiling = Static<typeof NodeFiling>;

/** 应用备案. */
export const ApplicationFiling = Type.Object(
  {
    name: text(255),
    type: oneOf(APPLICATION_TYPES),
    introduction: text(1024),
    /** 用户量. */
    users: Type.Integer({ minimum: 0, maximum: 10_000_000_000 }),
    /** The recursive node that it asks. */
    recursion: Type.Object({ address: text(253), port }, closed),
    /** 研发单位. */
    developer: text(255),
  },
  closed,
);
export type ApplicationFiling = Static<typeof ApplicationFiling>;

/** What each kind of filing holds; of a draft any part may be missing. */
export const FILING_FORMS = {
  organisation: OrganisationFiling,
  node: NodeFiling,
  application: ApplicationFiling,
} as const;
export type FilingKind = keyof typeof FILING_FORMS;
export type FilingData = Partial<OrganisationFiling> | Partial<NodeFiling> | Partial<ApplicationFiling>;
