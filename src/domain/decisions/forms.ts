/**
 * Filling in the policy's forms.
 * @module
 */
import { working } from './guards';
import { z } from 'zod';
import { event } from '../case/events';
import { textRefSchema } from '../basics/free-text';
import { slug } from '../basics/schemas';
import { decision, refuse } from './define';
import type { CaseState } from '../case/state';
import type { Form } from '../policy/forms';
import type { Policy } from '../policy/schema';

/** The forms of the policy that this case needs and has not filled in yet, whichever decision they come before. */
export const openForms = (forms: readonly Form[] | undefined, state: CaseState): Form[] =>
  (forms ?? []).filter(
    ({ id: form, grades, skipReturning }) =>
      (grades?.includes(state.grade) ?? true) &&
      !(skipReturning && state.repeatOf.length > 0) &&
      state.forms?.[form] === undefined,
  );

const formsOf = ({ forms = [] }: Policy, between: string): string => forms.map(({ id }) => id).join(between);

export const fillForm = decision({
  name: 'fillForm',
  label: { zh: '填写表单', en: 'fill in a form' },
  about: 'Fills in a form of the policy; some decisions wait for it. Filled in again, the newer values count.',
  texts: ['values'],
  fields: (text, { number }) => ({
    form: slug,
    values: z
      .union([text(40_000), z.record(z.string().max(40), z.union([z.string(), number, z.boolean()]))])
      .describe('field by field, as the form types them'),
  }),
  stages: ['grade', 'assign', 'resolve', 'feedback', 'revisit', 'review'],
  who: working,
  ready: (_state, { policy }) =>
    policy.forms
      ? undefined
      : refuse('no_forms', '本流程没有表单，不用填写', 'this process has no forms; there is nothing to fill in'),
  check: (_state, input, { policy }) =>
    !policy.forms?.some(({ id }) => id === input.form)
      ? refuse(
          'no_such_form',
          `没有这张表单；有的是：${formsOf(policy, '、')}`,
          `there is no such form; there are: ${formsOf(policy, ', ')}`,
        )
      : textRefSchema.safeParse(input.values).success
        ? undefined
        : refuse(
            'form_values',
            '表单的内容不能在 Temporal 里填写，请在系统里填',
            'a form is not filled in through Temporal; use the API',
          ),
  events: (_state, input) => [event('formFilled', { form: input.form, values: textRefSchema.parse(input.values) })],
});
