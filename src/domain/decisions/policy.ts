/**
 * Moving a case to another version of the policy.
 * @module
 */
import { OPEN } from './guards';
import { event } from '../case/events';
import { atLeast } from '../case/permissions';
import { policySchema, policyVersion } from '../policy/schema';
import { decision, refuse, roleNeeded } from './define';

export const movePolicy = decision({
  name: 'movePolicy',
  label: { zh: '改用新版规则', en: 'move to another policy' },
  about:
    'Moves a running case to another published version of the policy. Promises are planned anew; what is broken or over stays as it is.',
  fields: () => ({
    to: policyVersion,
    policy: policySchema.optional().describe('that version; the API fills it in'),
  }),
  stages: OPEN,
  who: (actor) => (atLeast(actor, 'manager') ? undefined : roleNeeded('manager', actor)),
  check: (state, input) =>
    input.policy?.version !== input.to
      ? refuse(
          'no_such_policy',
          `没有发布过第 ${input.to} 版规则；案件现在在第 ${state.policyVersion} 版下，请换一个已发布的版本`,
          `version ${input.to} of the policy has not been published; the case is under version ${state.policyVersion}: name a published one`,
        )
      : input.to === state.policyVersion
        ? refuse(
            'same_policy',
            `案件已经在第 ${input.to} 版规则下，不用再改`,
            `the case is under version ${input.to} already; nothing needs to be done`,
          )
        : undefined,
  events: (state, input) => [event('policyMoved', { from: state.policyVersion, to: input.to })],
  policy: (input) => input.policy,
});
