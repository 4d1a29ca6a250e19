import { type Cases, readWhatIf, whatIfReport, whatIfSchema } from '../../cases';
import { reply, route, type Route } from './route';
import { named } from './schemas';

const WhatIfBody = named('WhatIf', whatIfSchema);
export const WhatIfAnswer = named('WhatIfReport', whatIfReport);

/** What a change of the policy would have done to the promises of past cases. */
export function whatIfRoutes({ reports }: Pick<Cases, 'reports'>): Route[] {
  return [
    route({
      method: 'post',
      tag: 'house',
      checksBody: true,
      path: '/api/what-if',
      id: 'whatIf',
      summary: 'Promises of the past under other rules: which would have been broken, and which not',
      access: 'manager',
      body: WhatIfBody,
      answers: { 200: { about: 'What would have been; nothing is changed', schema: WhatIfAnswer } },
      timeLimitMs: 60_000,
      handle: async ({ body }) => reply(200, await reports.whatIf(readWhatIf(body))),
    }),
  ];
}
