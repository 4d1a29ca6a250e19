import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf } from '../../../../src/domain/basics/faults';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../../../src/domain/decisions/catalogue';
import { formOf } from '../../../../src/http/site/desk/forms/model';
import { readDecisionForm, typedOf, type Typed } from '../../../../src/http/site/desk/forms/read';
import { loadPageTemplates } from '../../../../src/http/site/kit/templates';
import type { Wording } from '../../../../src/http/site/kit/wording';
import { TEMPLATES } from '../../../../src/render/engine';
import { answerFor, EN, knownOf, POLICY, stateWith, SUPERVISOR, ZH } from './fake-case';

/** The parts as they are, with a page of nothing but a form. */
const root = mkdtempSync(join(tmpdir(), 'redress-forms-'));
for (const parts of ['parts', 'desk/parts']) {
  cpSync(join(TEMPLATES, 'pages', parts), join(root, parts), { recursive: true });
}
writeFileSync(join(root, 'desk', 'layout.hbs'), '{{> @partial-block}}');
writeFileSync(join(root, 'desk', 'form.hbs'), '{{> form}}');
const render = loadPageTemplates<'form'>('desk', root);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ANSWER = answerFor(
  stateWith(
    {
      stage: 'resolve',
      helpTasks: [{ id: 'h1', department: 'quality', askedBy: 'u-agent', open: true }],
    },
    POLICY,
  ),
  SUPERVISOR,
  { policy: POLICY },
);

function html(decision: DecisionName, wording: Wording, typed?: Typed): string {
  const parsed = typed && DECISIONS[decision].api.safeParse(readDecisionForm(decision, typed), { reportInput: true });
  const faults = parsed && !parsed.success ? faultsOf(parsed.error) : undefined;
  return render('form', wording.language, {
    model: formOf(decision, wording, knownOf(ANSWER, SUPERVISOR, { typed, faults, refusedBy: 'reply_guard' })),
    action: '/desk/cases/C261122-7KQ4MX/decide',
    cancel: '/desk/cases/C261122-7KQ4MX',
    hidden: [{ name: 'nonce', value: 'abc' }],
    draft: null,
    overtaken: null,
    taken: null,
  });
}

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((found) => found[1] ?? '');

const SHOWN = DECISION_NAMES.flatMap((decision) =>
  [ZH, EN].flatMap((wording): [string, string][] => [
    [`${decision}, ${wording.language}`, html(decision, wording)],
    [`${decision}, ${wording.language}, refused`, html(decision, wording, typedOf({}))],
  ]),
);

test.each(SHOWN)('%s: every control is named, and what describes it is there', (_name, page) => {
  const ids = all(page, /\sid="([^"]*)"/g);
  expect(new Set(ids).size).toBe(ids.length);
  for (const described of all(page, /aria-describedby="([^"]*)"/g)) {
    expect(ids).toEqual(expect.arrayContaining(described.split(' ')));
  }
  for (const target of all(page, /<(?:label for|a href)="#?([^"/]*)"/g)) expect(ids).toContain(target);
  // A control has a label with its id, stands in a label, or has its words itself.
  const labelled = new Set(all(page, /<label for="([^"]*)"/g));
  for (const [tag] of page.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)) {
    const id = / id="([^"]*)"/.exec(tag)?.[1];
    const named =
      tag.includes('type="hidden"') ||
      tag.includes('aria-label="') ||
      (id !== undefined && labelled.has(id)) ||
      page.includes(`<label class="pick">${tag}`);
    expect([tag, named]).toEqual([tag, true]);
  }
  for (const [fieldset] of page.matchAll(/<fieldset.*?<\/fieldset>/g)) expect(fieldset).toContain('<legend>');
});

test.each(SHOWN)('%s: a form is sent by its one filled button, without style and script', (_name, page) => {
  expect(page).not.toMatch(/\sstyle=|<script|\son[a-z]+=/);
  expect(page.match(/class="btn btn-p"/g)).toHaveLength(1);
  expect(page).toContain('<input type="hidden" name="nonce" value="abc">');
  expect(page).not.toContain('undefined');
});

test('an error is told at its control, which points to it', () => {
  const page = html('pause', ZH, typedOf({ until: '明天' }));
  expect(page).toContain('aria-describedby="pause-until-h pause-until-e"');
  expect(page).toContain(
    '<p class="err" id="pause-until-e"><span class="vh">错误：</span>请填日期和时间，如 2026-11-25 16:08</p>',
  );
  expect(page).toContain('<li><a href="#pause-reason">等什么：请选择</a></li>');
  expect(page).toMatch(/id="pause-until"[^>]* value="明天"/);
});

test('what was typed stands in the form as text', () => {
  const page = html('note', ZH, typedOf({ text: '\n</textarea><b>' }));
  expect(page).toContain('>\n\n&lt;/textarea&gt;&lt;b&gt;</textarea>');
});

test('only a form with a file is sent in parts', () => {
  expect(html('addEvidence', ZH)).toContain('enctype="multipart/form-data"');
  expect(html('addEvidence', ZH)).toMatch(/<input class="in" type="file"[^>]* required/);
  expect(html('note', ZH)).not.toContain('enctype');
});
