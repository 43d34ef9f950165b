import { type Static, Type } from 'typebox';

/** operator 平台管理员, reviewer 审核员, registrant 企业用户, auditor 监管, device 设备; mirror: the node above; mover: a node that a prefix moves to. */
export const Role = Type.Union([
  Type.Literal('operator'),
  Type.Literal('reviewer'),
  Type.Literal('registrant'),
  Type.Literal('auditor'),
  Type.Literal('device'),
  Type.Literal('mirror'),
  Type.Literal('mover'),
]);
export type Role = Static<typeof Role>;
