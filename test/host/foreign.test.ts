import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openDeployables } from '../../src/catalogue/builtin.ts';
import { gatherDarwinListeners } from '../../src/host/darwin/gather-listeners.ts';
import { readLsof } from '../../src/host/darwin/lsof.ts';
import { gatherWindowsListeners } from '../../src/host/windows/gather-listeners.ts';
import { readNetstat } from '../../src/host/windows/netstat.ts';
import { readTasklist } from '../../src/host/windows/tasklist.ts';
import type { Inquiry, Machine, Told } from '../../src/system/machine.ts';
import { nodeFiles } from '../../src/system/node-files.ts';

/*
 * Readers for the tools of macOS and Windows, on lines as people have recorded them; only names and addresses are
 * others. A field line of lsof names a process (`p`), its command, its user, a file and its type and name.
 */

const LSOF = [
  // A helper with a space in its name, which some versions escape and others do not.
  ...['p501', 'cOllama\\x20Helper', 'Lalice', 'f12', 'tIPv4', 'n127.0.0.1:11434'],
  ...['p640', 'cpython3.1', 'Lalice', 'f4', 'tIPv4', 'n*:8188', 'f5', 'tIPv6', 'n[::1]:8188', 'f6', 'tIPv6', 'n*:7860'],
  // Port 5000 and 7000 of AirPlay, on both families, and what remoted keeps on a link-local address.
  ...['p702', 'cControlCe', 'Lalice', 'f9', 'tIPv4', 'n*:7000', 'f10', 'tIPv6', 'n*:7000'],
  ...['p86', 'cremoted', 'Lroot', 'f4', 'tIPv6', 'n[fe80:4::aede:48ff:fe00:1122]:49154'],
  // A server and its worker with one socket, and a process that has it twice.
  ...['p880', 'cnginx', 'Lroot', 'f6', 'tIPv4', 'n*:8080'],
  ...['p881', 'cnginx', 'Lnobody', 'f6', 'tIPv4', 'n*:8080', 'f7', 'tIPv4', 'n*:8080'],
  ...['p900', 'cCaf\\xc3\\xa9 AI', 'Lalice', 'f3', 'tIPv4', 'n*:9000 (LISTEN)'],
  '',
].join('\n');

const PS = [
  '  501 alice            Sat Nov 21 09:12:04 2026     /Applications/Ollama.app/Contents/Resources/ollama serve',
  '  640 alice            Fri Nov  6 18:00:00 2026     /usr/bin/python3 /Users/alice/ComfyUI/main.py --listen --token not-shown',
].join('\n');

/** Output of `netstat -ano -p TCP` on a German Windows: only numbers can be relied on. */
const NETSTAT = [
  '',
  'Aktive Verbindungen',
  '',
  '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
  '  TCP    0.0.0.0:135            0.0.0.0:0              ABH\uFFFDREN         1044',
  '  TCP    0.0.0.0:135            0.0.0.0:0              ABH\uFFFDREN         1044',
  '  TCP    0.0.0.0:445            0.0.0.0:0              ABHÖREN         4',
  '  TCP    0.0.0.0:11434          0.0.0.0:0              ABHÖREN          7720',
  '  TCP    127.0.0.1:1234         0.0.0.0:0              BEZIG MET LUISTEREN  9001',
  '  TCP    127.0.0.1:18789        0.0.0.0:0                              124',
  '  TCP    192.168.1.7:50522      20.1.2.3:443           HERGESTELLT      4711',
  '  TCP    127.0.0.1:50523        127.0.0.1:11434        WARTEND          0',
].join('\r\n');
const NETSTAT6 = [
  '  TCP    [::]:445               [::]:0                 LISTENING       4',
  '  TCP    [::]:11434             [::]:0                 LISTENING       7720',
  '  TCP    [fe80::1%12]:8080      [::]:0                 LISTENING       9001',
].join('\r\n');
const TASKLIST = [
  '"System Idle Process","0","Services","0","8 K","Unknown","NT-AUTORITÄT\\SYSTEM","100:00:00","Nicht zutreffend"',
  '"System","4","Services","0","6.068 K","Unknown","Nicht zutreffend","0:10:33","Nicht zutreffend"',
  '"ollama.exe","7720","Console","1","84.120 K","Running","BOX\\alice","0:01:02","N/A"',
  '"LM Studio.exe","9001","Console","1","1,72,500 K","Running","BOX\\alice","0:10:00","LM ""Studio"""',
  'INFO: No tasks are running which match the specified criteria.',
].join('\r\n');

function machine(platform: Machine['platform'], output: Partial<Record<Inquiry, string>>): Machine {
  const nothing = async (): Promise<null> => null;
  return {
    platform,
    superuser: false,
    live: true,
    files: nodeFiles,
    read: async () => ({ status: 'failed', reason: 'does not exist' }),
    readBytes: async () => ({ status: 'failed', reason: 'does not exist', directory: false }),
    names: nothing,
    link: nothing,
    real: nothing,
    status: nothing,
    accessList: nothing,
    tell: async (inquiry): Promise<Told> => {
      const text = output[inquiry];
      return text === undefined ? { status: 'failed', reason: 'not-installed', detail: '' } : { status: 'ok', text };
    },
    setMode: async () => assert.fail('nothing is changed'),
  };
}

test('macOS: lsof and ps', async () => {
  const { listeners, troubles } = await gatherDarwinListeners(
    machine('darwin', { lsof: LSOF, ps: PS }),
    await openDeployables(),
  );

  assert.deepEqual(
    listeners.map(({ address, port, recognised, process: holder }) => [
      address,
      port,
      recognised?.service ?? null,
      holder?.user,
    ]),
    [
      ['127.0.0.1', 11_434, 'ollama', 'alice'],
      ['0.0.0.0', 8188, 'comfyui', 'alice'],
      ['::1', 8188, 'comfyui', 'alice'],
      ['::', 7860, 'comfyui', 'alice'],
      ['0.0.0.0', 7000, null, 'alice'],
      ['::', 7000, null, 'alice'],
      ['fe80::aede:48ff:fe00:1122', 49_154, null, 'root'],
      ['0.0.0.0', 8080, null, 'root'],
      ['0.0.0.0', 9000, null, 'alice'],
    ],
  );
  assert.equal(listeners.at(-1)?.process?.name, 'Café AI');
  assert.doesNotMatch(JSON.stringify(listeners), /not-shown/);
  assert.deepEqual(
    troubles.map(({ what }) => what),
    ['sockets of other users are not shown; run as root for more'],
  );
});

test('Windows: netstat in any language, and tasklist', async () => {
  const output = { netstat: NETSTAT, netstat6: NETSTAT6, tasklist: TASKLIST };
  const { listeners, troubles } = await gatherWindowsListeners(machine('win32', output), await openDeployables());

  assert.deepEqual(
    listeners.map(({ address, port, recognised, process: holder }) => [
      address,
      port,
      recognised?.service ?? null,
      holder?.name,
      holder?.user,
    ]),
    [
      ['0.0.0.0', 135, null, '', null],
      ['0.0.0.0', 445, null, 'System', null],
      ['0.0.0.0', 11_434, 'ollama', 'ollama.exe', 'BOX\\alice'],
      ['127.0.0.1', 1234, 'lm-studio', 'LM Studio.exe', 'BOX\\alice'],
      ['127.0.0.1', 18_789, null, '', null],
      ['::', 445, null, 'System', null],
      ['::', 11_434, 'ollama', 'ollama.exe', 'BOX\\alice'],
      ['fe80::1', 8080, 'lm-studio', 'LM Studio.exe', 'BOX\\alice'],
    ],
  );
  assert.deepEqual(troubles, []);
});

test('tools that are not there are said to be so', async () => {
  const services = await openDeployables();

  const mac = await gatherDarwinListeners(machine('darwin', {}), services);
  const windows = await gatherWindowsListeners(machine('win32', {}), services);

  assert.deepEqual([mac.listeners, windows.listeners], [[], []]);
  assert.equal(mac.troubles[0]?.what, 'not-installed');
  assert.equal(windows.troubles.length, 3);
});

test('whatever these tools print, the readers give ports and process numbers or nothing', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(...LSOF.split('\n'), ...NETSTAT.split('\r\n'), ...TASKLIST.split('\r\n')),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      for (const { port, pid } of [...readLsof(lines.join('\n')), ...readNetstat(lines.join('\n'))])
        assert.ok(Number.isInteger(port) && Number.isInteger(pid));
      for (const { pid } of readTasklist(lines.join('\n'))) assert.ok(Number.isInteger(pid));
    }),
  );
});
