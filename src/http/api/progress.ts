import type { Cases } from '../../cases';
import { CODE_ANSWERS, codeOf, DECIDED, decidedReply } from './customer-answers';
import { reply, route, type Route } from './route';
import * as schemas from './schemas';

/** What customers see of their complaint with the access code, and the decisions they can take in it. */
export function progressRoutes(cases: Pick<Cases, 'customer'>): Route[] {
  return [
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
      path: '/api/complaints/:caseNo/messages',
      tag: 'complaints',
      id: 'writeMessage',
      summary: 'Write to whoever handles the complaint',
      access: 'code',
      body: schemas.MessageBody,
      answers: DECIDED,
      handle: async (call) => decidedReply(await cases.customer.write(call.params.caseNo, codeOf(call), call.body)),
    }),
    route({
      method: 'post',
      path: '/api/complaints/:caseNo/call-back',
      tag: 'complaints',
      id: 'wantCallBack',
      summary: 'Ask to be called, at any time or between two',
      access: 'code',
      body: schemas.CallBackBody,
      answers: DECIDED,
      handle: async (call) => decidedReply(await cases.customer.callBack(call.params.caseNo, codeOf(call), call.body)),
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
  ];
}
