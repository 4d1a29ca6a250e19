import { createLogger } from '../../src/runtime/log';

test('personal fields are cut at every depth; ids, grades and errors stay', () => {
  const lines: string[] = [];
  const log = createLogger('server', 'info', { write: (line) => void lines.push(line) });
  const person = { name: '王小明', phone: '13800138000', email: 'a@example.com', address: '南京路 1 号' };
  log.info(
    { caseNo: 'C261122-ABCDEF', ...person, customer: person, body: { complaint: { text: '坏了', token: 't0p' } } },
    'filed',
  );
  log.error({ err: new Error('boom'), headers: { authorization: 'Bearer rdr_x', cookie: 'sid=1' } }, 'failed');
  const all = lines.join('');
  for (const secret of ['王小明', '13800138000', 'a@example.com', '南京路', '坏了', 't0p', 'rdr_x', 'sid=1']) {
    expect(all).not.toContain(secret);
  }
  for (const kept of ['C261122-ABCDEF', '"service":"server"', 'boom']) expect(all).toContain(kept);
});
