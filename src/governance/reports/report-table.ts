/** A cell: a text, a number, nothing known, or the networks that asked, with how often. */
export type Cell = string | number | null | readonly { readonly network: string; readonly requests: number }[];

/** One table of a report: its columns by name, each with the heading that the authority's form has. */
export interface ReportTable<Column extends string = string> {
  readonly title: string;
  readonly columns: Readonly<Record<Column, string>>;
}

export type ReportRow<Column extends string = string> = Readonly<Record<Column, Cell>>;

const COUNTS = {
  date: '日期',
  registered: '单日标识注册量',
  total: '注册总量',
  requests: '单日解析请求量',
  succeeded: '单日解析成功响应量',
  sources: '解析来源',
} as const;

/** The tables of 附件1 and 附件2 that a node tells of each day. */
export const DAILY_TABLES = {
  T3: { title: '二级节点统计', columns: { prefix: '二级前缀', ...COUNTS } },
  T8: { title: '企业节点统计', columns: { prefix: '企业前缀', ...COUNTS } },
  monitoring: {
    title: '运行监测',
    columns: {
      prefix: '前缀',
      date: '日期',
      resolvingAverage: '解析平均时长(ms)',
      resolvingMax: '解析最大时长(ms)',
      resolvingMaxAt: '解析最大时长发生时间',
      resolvingMin: '解析最小时长(ms)',
      resolvingMinAt: '解析最小时长发生时间',
      peak: '解析最大QPS',
      peakAt: '解析最大QPS发生时间',
      registeringAverage: '注册平均时长(ms)',
      registeringMax: '注册最大时长(ms)',
      registeringMaxAt: '注册最大时长发生时间',
      registeringMin: '注册最小时长(ms)',
      registeringMinAt: '注册最小时长发生时间',
    },
  },
} as const satisfies Record<string, ReportTable>;
export type DailyTable = keyof typeof DAILY_TABLES;

/** 附件3: a row a month. */
export const MONTHLY_TABLE = {
  title: '月度运行报告',
  columns: {
    month: '月份',
    unit: '单位',
    availability: 'SLA(%)',
    registering: '注册RTT(ms)',
    resolving: '解析RTT(ms)',
    effective: '注册生效时间(h)',
    operating: '运营时长(h)',
    down: '停机维护(h)',
    emergencies: '紧急情况(次)',
  },
} as const satisfies ReportTable;
