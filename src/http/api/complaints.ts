import { isUuid } from '../../domain/basics/ids';
import { type Cases, type Decided, invalid, notFound, type Uploader, wrongCode } from '../../cases';
import { limitStrangers, type Limits } from '../middleware/limits';
import { secureFile } from '../middleware/security';
import { readUpload } from './multipart';
import { reply, route, type Call, type Route } from './route';
import * as schemas from './schemas';

export interface ComplaintRoutesConfig {
  COMPLAINT_RATE_LIMIT: number;
  EVIDENCE_MAX_BYTES: number;
}

const KEY = /^[\x21-\x7e]{1,200}$/;

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

/** The code as sent; without one the address does not exist. */
function codeOf(call: Call<unknown, unknown>): string {
  if (call.code === undefined || call.code.length > 64) throw wrongCode();
  return call.code;
}

const decidedReply = (decided: Decided) => reply(decided.status === 'taken' ? 200 : 202, decided);

const CODE_ANSWERS = {
  404: { about: 'No such complaint, or another code' },
};
const DECIDED = {
  200: { about: 'Done', schema: schemas.Taken },
  202: { about: 'Stored with the case; it counts as soon as a worker takes it', schema: schemas.Taken },
  ...CODE_ANSWERS,
  409: { about: 'Not possible now, and why' },
};

export function complaintRoutes(cases: Cases, config: ComplaintRoutesConfig, limits: Limits): Route[] {
  const uploader = (call: Call<unknown, unknown>): Uploader =>
    call.staff ? { staff: call.staff } : { code: codeOf(call) };

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
    route({
      method: 'post',
      path: '/api/complaints/:caseNo/evidence',
      tag: 'complaints',
      id: 'addEvidenceFile',
      summary: 'Upload a file as evidence',
      access: 'code+staff',
      multipart: {
        file: 'image, PDF, audio, video, text, office document or mail',
        fields: { note: 'what it shows, up to 2,000 characters' },
      },
      answers: {
        201: { about: 'Stored and in the case', schema: schemas.EvidenceAdded },
        202: { about: 'Stored; in the case as soon as a worker takes it', schema: schemas.EvidenceAdded },
        ...CODE_ANSWERS,
        409: { about: 'The case is archived or has enough files' },
        413: { about: 'The file is too large' },
        507: { about: 'No room left' },
      },
      timeLimitMs: 0,
      async handle(call) {
        const by = uploader(call);
        const seen = await cases.evidence.admit(call.params.caseNo, by);
        const added = await readUpload(call.request, config.EVIDENCE_MAX_BYTES, (file) =>
          cases.evidence.add(seen, by, file),
        );
        return reply(added.status === 'taken' ? 201 : 202, added);
      },
    }),
    route({
      method: 'get',
      path: '/api/complaints/:caseNo/evidence/:evidenceId',
      tag: 'complaints',
      id: 'getEvidenceFile',
      summary: 'Download a file',
      access: 'colleague',
      answers: {
        200: { about: 'The bytes, never to be shown in a browser', mediaType: 'application/octet-stream' },
        404: { about: 'No such file, or not yours to see' },
      },
      timeLimitMs: 0,
      async handle({ params, staff, response }) {
        if (!staff || !isUuid(params.evidenceId)) throw notFound({ zh: '文件', en: 'file' });
        const { file, content } = await cases.evidence.open(params.caseNo, params.evidenceId, staff);
        response.attachment(file.fileName);
        response.set({
          ...secureFile,
          'Content-Type': 'application/octet-stream',
          'Content-Length': String(file.bytes),
        });
        await new Promise<void>((resolve, reject) => {
          content.once('error', reject);
          response.once('close', resolve);
          content.pipe(response);
        }).finally(() => content.destroy());
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/api/complaints/:caseNo/progress',
      tag: 'complaints',
      id: 'getProgress',
      summary: 'Where the complaint stands, for its customer',
      access: 'code',
      answers: { 200: { about: 'What the customer may see', schema: schemas.Progress }, ...CODE_ANSWERS },
      handle: async (call) => reply(200, await cases.customer.progress(call.params.caseNo, codeOf(call))),
    }),
    route({
      method: 'post',
      path: '/api/complaints/:caseNo/chase',
      tag: 'complaints',
      id: 'chaseComplaint',
      summary: 'Press for progress',
      access: 'code',
      body: schemas.ChaseBody,
      answers: DECIDED,
      handle: async (call) => decidedReply(await cases.customer.chase(call.params.caseNo, codeOf(call), call.body)),
    }),
    route({
      method: 'post',
      path: '/api/complaints/:caseNo/withdraw',
      tag: 'complaints',
      id: 'withdrawComplaint',
      summary: 'Take the complaint back',
      access: 'code',
      body: schemas.WithdrawBody,
      answers: DECIDED,
      handle: async (call) => decidedReply(await cases.customer.withdraw(call.params.caseNo, codeOf(call), call.body)),
    }),
    route({
      method: 'post',
      path: '/api/complaints/:caseNo/reopen',
      tag: 'complaints',
      id: 'reopenComplaint',
      summary: 'Not solved: ask for another round',
      access: 'code',
      body: schemas.ReopenBody,
      answers: DECIDED,
      handle: async (call) => decidedReply(await cases.customer.reopen(call.params.caseNo, codeOf(call), call.body)),
    }),
    route({
      method: 'get',
      path: '/api/surveys/:token',
      tag: 'links',
      id: 'getSurvey',
      summary: 'The survey behind a link',
      access: 'public',
      answers: { 200: { about: 'The survey', schema: schemas.Survey }, 404: { about: 'No such link' } },
      handle: async ({ params }) => reply(200, await cases.customer.survey(params.token)),
    }),
    route({
      method: 'post',
      path: '/api/surveys/:token',
      tag: 'links',
      id: 'answerSurvey',
      summary: 'Answer the survey, once',
      access: 'public',
      body: schemas.SurveyAnswer,
      answers: {
        ...DECIDED,
        404: { about: 'No such link' },
        410: { about: 'Used already, or expired' },
      },
      handle: async ({ params, body }) => decidedReply(await cases.customer.rate(params.token, body)),
    }),
    route({
      method: 'get',
      path: '/api/proposals/:token',
      tag: 'links',
      id: 'getProposal',
      summary: 'The solution behind a link',
      access: 'public',
      answers: { 200: { about: 'The solution', schema: schemas.Proposal }, 404: { about: 'No such link' } },
      handle: async ({ params }) => reply(200, await cases.customer.proposal(params.token)),
    }),
    route({
      method: 'post',
      path: '/api/proposals/:token',
      tag: 'links',
      id: 'answerProposal',
      summary: 'Accept or decline the solution, once',
      access: 'public',
      body: schemas.ProposalAnswer,
      answers: {
        ...DECIDED,
        404: { about: 'No such link' },
        410: { about: 'Used already, or expired' },
      },
      handle: async ({ params, body }) => decidedReply(await cases.customer.answer(params.token, body)),
    }),
  ];
}
