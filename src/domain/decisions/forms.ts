import { working } from './guards';
import { z } from 'zod';
import { event } from '../case/events';
import { textRefSchema } from '../basics/free-text';
import { slug } from '../basics/schemas';
import { decision, refuse } from './define';
import type { CaseState } from '../case/state';
import type { Form } from '../policy/forms';

/** The forms that this case needs and has not filled in yet. */
export const openForms = (forms: readonly Form[] | undefined, state: CaseState): Form[] =>
  (forms ?? []).filter(
    ({ id: form, grades, skipReturning }) =>
      (grades?.includes(state.grade) ?? true) &&
      !(skipReturning && state.repeatOf.length > 0) &&
      state.forms?.[form] === undefined,
  );

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
    policy.forms ? undefined : refuse('no_forms', '本流程没有表单', 'this process has no forms'),
  check: (_state, input, { policy }) =>
    !policy.forms?.some(({ id }) => id === input.form)
      ? refuse('no_such_form', '没有这张表单', 'there is no such form')
      : textRefSchema.safeParse(input.values).success
        ? undefined
        : refuse('form_values', '表单请在系统里填写', 'a form is filled in at the desk or by the API'),
  events: (_state, input) => [event('formFilled', { form: input.form, values: textRefSchema.parse(input.values) })],
});
