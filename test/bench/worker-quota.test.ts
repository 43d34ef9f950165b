import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findGroupFolder, openCpuGroup, usableGroupFolder } from '../../bench/cpu-quota.ts';
import { chooseQuota, doubtsOf } from '../../bench/worker-quota.ts';

t.test('workers get a part of a core that leaves the generator room, and none where there is no room', async (t) => {
  t.equal(chooseQuota({ cores: 2, workers: 2 }), 0.25);
  t.equal(chooseQuota({ cores: 2, workers: 5 }), 0.21);
  t.equal(chooseQuota({ cores: 32, workers: 4 }), 0.25, 'the generator has one thread on a large machine, too');
  t.equal(chooseQuota({ cores: 32, workers: 8 }), 0.17);
  t.equal(chooseQuota({ cores: 2, workers: 16 }), null);
  t.equal(chooseQuota({ cores: 1, workers: 8 }), null);
});

t.test('a round is judged when the workers were full and nothing else was', async (t) => {
  const seen = { cores: 2, workers: 2, quota: 0.35, taken: [0.35, 0.34], generator: 0.5, machine: 1.3 };
  t.strictSame(doubtsOf(seen), []);
  t.match(doubtsOf({ ...seen, taken: [0.35, 0.2] }), [/a worker took 20 % of a core, of 35 %/]);
  t.match(doubtsOf({ ...seen, generator: 0.97 }), [/the generator took 97 %/]);
  t.match(doubtsOf({ ...seen, machine: 1.98 }), [/99 % of the machine/]);
});

const HOST = '30 23 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n';

t.test('the folder of groups is found by the mounts of either version', async (t) => {
  const first = `${HOST}32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n`;
  const both = `${first}41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`;
  t.strictSame(findGroupFolder({ mounts: both, groups: '0::/x\n4:memory:/m\n3:cpu,cpuacct:/user.slice' }), {
    path: '/sys/fs/cgroup/cpu,cpuacct/user.slice',
    version: 1,
  });
  const inContainer = '32 31 0:29 /docker/ab /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu';
  t.strictSame(findGroupFolder({ mounts: inContainer, groups: '3:cpu:/docker/ab' }), {
    path: '/sys/fs/cgroup/cpu',
    version: 1,
  });
  const second = '35 24 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';
  t.strictSame(findGroupFolder({ mounts: second, groups: '0::/user.slice' }), { path: '/sys/fs/cgroup', version: 2 });
  t.equal(findGroupFolder({ mounts: HOST, groups: '' }), null);
});

t.test('a quota of version 2 is written as its interface wants it', async (t) => {
  const path = t.testdir({ 'cgroup.subtree_control': 'memory\n' });
  openCpuGroup({ path, version: 2 }, 'a').limit(0.35);
  t.equal(readFileSync(join(path, 'a/cpu.max'), 'utf8'), '17500 50000');
  t.equal(readFileSync(join(path, 'cgroup.subtree_control'), 'utf8'), '+cpu', 'control is asked for');
  writeFileSync(join(path, 'cgroup.subtree_control'), 'cpu memory\n');
  openCpuGroup({ path, version: 2 }, 'b');
  t.equal(readFileSync(join(path, 'cgroup.subtree_control'), 'utf8'), 'cpu memory\n', 'and not where it is there');
});

t.test('a process is put into a group of this machine, or it is said why not', async (t) => {
  const folder = usableGroupFolder();
  if (typeof folder === 'string') {
    t.match(folder, /control group/);
    return;
  }
  const name = `kapok-bench-test-${process.pid}`;
  const group = openCpuGroup(folder, name);
  const child = spawn('sleep', ['600']);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    group.remove();
  });
  group.add(child.pid as number);
  group.limit(0.25);
  t.equal(readFileSync(join(folder.path, name, 'cgroup.procs'), 'utf8').trim(), String(child.pid));
  const quota = folder.version === 1 ? 'cpu.cfs_quota_us' : 'cpu.max';
  t.match(readFileSync(join(folder.path, name, quota), 'utf8'), /^12500\b/);
});
