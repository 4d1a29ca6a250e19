import { type Cases, invalid } from '../../cases';
import { limitStrangers, type Limits } from '../middleware/limits';
import { reply, route, type Call, type Route } from './route';
import * as schemas from './schemas';

/** Visible ASCII characters: what an HTTP header can carry. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** The header `Idempotency-Key`, if sent. @throws Refused `invalid` (422) when it is not of the form `KEY` */
function idempotencyKey(call: Call<unknown, unknown>): string | undefined {
  const key = call.request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw invalid([
    {
      path: 'Idempotency-Key',
      words: { zh: '须为 1 到 200 个可见的 ASCII 字符', en: 'must be 1 to 200 visible ASCII characters' },
    },
  ]);
}

/** Filing a complaint: for customers without a login, and for staff who take one down. */
export function complaintRoutes(cases: Pick<Cases, 'complaints'>, limits: Pick<Limits, 'complaints'>): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/complaints',
      tag: 'complaints',
      id: 'fileComplaint',
      summary: 'File a complaint',
      access: 'public+staff',
      before: [limitStrangers(limits.complaints, cases.complaints.underway)],
      headers: {
        'Idempotency-Key': {
          about:
            'Given by the client, kept for good. The same key and body again gets the first answer, another body is refused.',
          schema: { type: 'string', pattern: KEY.source },
        },
      },
      body: schemas.Complaint,
      answers: {
        201: { about: 'Stored; it will be worked on, whatever happens to us now', schema: schemas.Filed },
        200: { about: 'Filed before with this key: the same answer', schema: schemas.Filed },
        429: { about: 'Too many complaints from this address' },
      },
      async handle(call) {
        const { created, filed } = await cases.complaints.file(call.body, {
          idempotencyKey: idempotencyKey(call),
          by: call.staff?.id,
        });
        return reply(created ? 201 : 200, filed);
      },
    }),
  ];
}
