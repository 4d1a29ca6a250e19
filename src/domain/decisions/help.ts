import { working } from './guards';
import { staffId } from '../basics/schemas';
import { z } from 'zod';
import { event } from '../case/events';
import { shortText } from '../basics/free-text';
import { mayAnswerHelp, worksOn } from '../case/permissions';
import { hasRule } from '../case/revision';
import { openHelpTasks } from '../case/state';
import { decision, FORBIDDEN, refuse } from './define';

export const requestHelp = decision({
  name: 'requestHelp',
  label: { zh: '请求协助', en: 'ask for help' },
  about: 'Asks another department; the task has its own deadline, and the case cannot be resolved while it is open.',
  texts: ['question'],
  fields: (text) => ({
    department: shortText(40).describe('its id or its name; GET /api/departments lists them'),
    assignee: staffId.optional(),
    question: text(4_000),
  }),
  stages: ['assign', 'resolve'],
  who: working,
  check: (state, input, { policy }) =>
    (policy.routing || hasRule(state, 'impartial')) &&
    input.assignee !== undefined &&
    state.against.includes(input.assignee)
      ? refuse('complained_of', '被投诉的人不能协助处理这件投诉', 'the person complained of cannot be asked for help')
      : undefined,
  events: (state, input) => [
    event('helpRequested', {
      taskId: `h${state.helpTasks.length + 1}`,
      department: input.department,
      assignee: input.assignee,
      question: input.question,
    }),
  ],
});

export const answerHelp = decision({
  name: 'answerHelp',
  label: { zh: '答复协助', en: 'answer' },
  about: 'Answers a request for help, or takes it back (`withdrawn`, by whoever asked).',
  texts: ['answer'],
  fields: (text) => ({ taskId: z.string().max(20), answer: text(8_000), withdrawn: z.boolean().default(false) }),
  stages: ['assign', 'resolve'],
  who: (actor, state) =>
    actor.kind === 'staff' && (worksOn(actor, state) || state.helpTasks.some((task) => mayAnswerHelp(actor, task)))
      ? undefined
      : FORBIDDEN,
  ready: (state) =>
    openHelpTasks(state).length > 0
      ? undefined
      : refuse('no_open_help', '没有等待答复的协助', 'no request for help is open'),
  check: (state, input, { actor }) => {
    const task = openHelpTasks(state).find((item) => item.id === input.taskId);
    if (!task) {
      const open = openHelpTasks(state)
        .map((item) => item.id)
        .join('、');
      return refuse('no_such_task', `没有这项协助；未答复的是 ${open}`, `no such open request; open ones: ${open}`);
    }
    return mayAnswerHelp(actor, task)
      ? undefined
      : refuse('not_asked', '这项协助请的不是您', 'somebody else was asked for this');
  },
  events: (_state, input) =>
    input.withdrawn
      ? [event('noted', { text: input.answer }), event('helpWithdrawn', { taskId: input.taskId })]
      : [event('helpAnswered', { taskId: input.taskId, answer: input.answer })],
});
