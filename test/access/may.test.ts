import t from 'tap';
import { PERMISSIONS, type Permission } from '../../proto/http/permission.ts';
import type { Role } from '../../proto/http/roles.ts';
import type { Caller, Scope } from '../../src/access/caller.ts';
import { governorOf, may, scopesOf } from '../../src/access/may.ts';
import { ROLES } from '../../src/access/roles.ts';
import type { Prefix } from '../../src/identifier/prefix.ts';

function callerOf(...grants: [role: Role, scope: string][]): Caller {
  const held = grants.map(([role, scope]) => ({ role, scope: scope as Scope }));
  return { id: '1', subject: null, grants: held, organisations: [] };
}

t.test('a grant holds at its prefix and below it, by whole labels', async (t) => {
  const registrant = callerOf(['registrant', '88.106']);
  const writes = (prefix: string) => may(registrant, 'records.change', prefix as Prefix);
  t.ok(writes('88.106'));
  t.ok(writes('88.106.32902'));
  for (const prefix of ['88.1061', '88.10', '88', '0.NA', '']) t.notOk(writes(prefix), prefix);
  for (const prefix of ['88', '0.NA', '']) t.ok(may(callerOf(['registrant', '']), 'records.change', prefix as Prefix));
});

t.test('what each role may do', async (t) => {
  const allowed = (role: Role) => PERMISSIONS.filter((permission) => ROLES[role].has(permission));
  const of = (...permissions: Permission[]) => permissions;
  t.strictSame(allowed('operator'), [...PERMISSIONS]);
  t.strictSame(allowed('reviewer'), of('prefixes.read', 'prefixes.govern', 'filings.review'));
  t.strictSame(allowed('auditor'), of('records.read', 'prefixes.read', 'feed.read', 'audit.read', 'node.watch'));
  t.strictSame(allowed('mirror'), of('feed.read'));
  t.strictSame(allowed('mover'), of('records.move'));
  t.strictSame(allowed('device'), of('records.read', 'records.change'));
  t.strictSame(
    allowed('registrant'),
    of('records.read', 'records.register', 'records.change', 'records.withdraw', 'templates.publish', 'prefixes.read'),
  );
});

t.test('several grants add up, each in its own scope', async (t) => {
  const caller = callerOf(['auditor', '88'], ['registrant', '88.101.1']);
  t.ok(may(caller, 'records.read', '88.107' as Prefix));
  t.notOk(may(caller, 'records.register', '88.107' as Prefix));
  t.ok(may(caller, 'records.register', '88.101.1' as Prefix));
  t.strictSame(scopesOf(caller, 'records.read'), ['88', '88.101.1']);
  t.strictSame(scopesOf(caller, 'access.manage'), []);
});

t.test('the right to govern a prefix lies with who governs the one above', async (t) => {
  const governs = (scope: string, prefix: string) =>
    may(callerOf(['operator', scope]), 'prefixes.govern', governorOf(prefix as Prefix));
  t.notOk(governs('88.106', '88.106'));
  t.ok(governs('88.106', '88.106.1'));
  t.ok(governs('88.106', '88.106.1.2'));
  t.notOk(governs('88.106', '88.107'));
  t.ok(governs('', '88'));
});
