/** The groups of operations, in the order in which one reads them, with their Chinese names. */
export const TAGS: Readonly<Record<string, string>> = {
  Resolution: '解析',
  Handle: 'Handle 接口',
  Registration: '注册',
  'Computed records': '计算标识',
  Import: '批量导入',
  Query: '查询',
  Search: '搜索',
  Templates: '元数据模板',
  Files: '文件',
  Prefixes: '前缀',
  Organisations: '主体',
  Allotments: '前缀分配',
<<<<<<< HEAD
  Moves: '前缀迁移',
=======
  Transfers: '转让',
>>>>>>> 4cd5d11 (governance: prefixes and identifiers are transferred in two steps, with a window in which the authority takes back; kapok prefix, kapok transfer)
  Access: '认证与授权',
  Sessions: '会话',
  Filings: '备案',
  Feed: '变更流',
  Statistics: '统计与报表',
  Audit: '审计',
  Notices: '通知',
  Service: '服务状态',
  'Second level': '二级节点兼容接口',
};
