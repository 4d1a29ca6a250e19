/**
 * Asking other departments for help, and their answers.
 * @module
 */
import { working } from './guards';
import { staffId } from '../basics/schemas';
import { z } from 'zod';
import { event } from '../case/events';
import { shortText } from '../basics/free-text';
import { mayAnswerHelp, worksOn } from '../case/permissions';
import { hasRule } from '../case/revision';
import { openHelpTasks } from '../case/state';
import { decision, refuse, STAFF_ONLY } from './define';

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
      ? refuse(
          'complained_of',
          '客户投诉的是{assignee}，不能请其协助；请换一位',
          'the complaint is about {assignee}, who cannot be asked for help; ask somebody else',
          { people: { assignee: input.assignee } },
        )
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
    actor.kind === 'customer'
      ? STAFF_ONLY
      : actor.kind === 'system' || worksOn(actor, state) || state.helpTasks.some((task) => mayAnswerHelp(actor, task))
        ? undefined
        : refuse(
            'forbidden',
            '没有请您协助，请由被请的部门答复；您可以写备注',
            'you were not asked for help here: the department that was asked answers; you may add a note',
          ),
  ready: (state) =>
    openHelpTasks(state).length > 0
      ? undefined
      : refuse(
          'no_open_help',
          '没有等待答复的协助；要补充请写备注',
          'no request for help is open; what is to be added goes into a note',
        ),
  check: (state, input, { actor }) => {
    const task = openHelpTasks(state).find((item) => item.id === input.taskId);
    if (!task) {
      const open = openHelpTasks(state)
        .map((item) => item.id)
        .join('、');
      return refuse(
        'no_such_task',
        `没有这项协助；未答复的是 ${open}`,
        `there is no such open request; open are: ${open}`,
      );
    }
    // For the department, which has answered in its own tracker; what was asked is taken back by people alone.
    const isByTracker = actor.kind === 'system' && !input.withdrawn;
    return isByTracker || mayAnswerHelp(actor, task)
      ? undefined
      : refuse(
          'not_asked',
          `这项协助请的不是您，请由被请的${task.assignee === undefined ? '部门' : '{assignee}'}答复`,
          `this was not asked of you; let ${task.assignee === undefined ? 'the department' : '{assignee}'} answer, who was asked`,
          task.assignee === undefined ? undefined : { people: { assignee: task.assignee } },
        );
  },
  events: (_state, input) =>
    input.withdrawn
      ? [event('noted', { text: input.answer }), event('helpWithdrawn', { taskId: input.taskId })]
      : [event('helpAnswered', { taskId: input.taskId, answer: input.answer })],
});
