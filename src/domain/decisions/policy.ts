import { OPEN } from './guards';
import { event } from '../case/events';
import { atLeast } from '../case/permissions';
import { policySchema, policyVersion } from '../policy/schema';
import { decision, FORBIDDEN, refuse } from './define';

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
  who: (actor) => (atLeast(actor, 'manager') ? undefined : FORBIDDEN),
  check: (state, input) =>
    input.policy?.version !== input.to
      ? refuse('no_such_policy', '没有这个版本的规则', 'no such version of the policy is published')
      : input.to === state.policyVersion
        ? refuse('same_policy', '案件已经在这个版本下', 'the case is under that version already')
        : undefined,
  events: (state, input) => [event('policyMoved', { from: state.policyVersion, to: input.to })],
  policy: (input) => input.policy,
});
