import type { CaseView } from '../../../../cases';
import type { Words } from '../../../../domain/basics/types';
import type { DecisionName } from '../../../../domain/decisions/catalogue';
import type { Known } from './known';

/** The form of the policy that `fillForm` is about: the one typed or asked for, else the first that is open. */
export function formAskedFor({
  case: { forms },
  form,
  typed,
}: Pick<Known, 'case' | 'form' | 'typed'>): CaseView['forms'][number] | undefined {
  const asked = typed?.get('form')?.[0] ?? form;
  return forms.find(({ id }) => id === asked) ?? forms.find(({ values }) => values === undefined) ?? forms[0];
}

/** What the button is called that fills in a form of the policy. */
export const fillingIn = ({ name }: { name: Words }): Words => ({ zh: `填写${name.zh}`, en: `Fill in: ${name.en}` });

/** What a field has at first: what the case already says of it. Undefined: nothing. */
export function usualValue(decision: DecisionName, name: string, known: Known): unknown {
  if (known.isForMany) return undefined;
  const { grade, category, subcategory, against, taskForce, proposal, survey, ...shown } = known.case;
  switch (`${decision}.${name}`) {
    case 'grade.grade':
    case 'regrade.grade':
      return grade;
    case 'grade.category':
    case 'regrade.category':
      return category;
    case 'grade.subcategory':
    case 'regrade.subcategory':
      return subcategory;
    case 'grade.against':
    case 'regrade.against':
      return against.map(({ id }) => id);
    case 'assign.taskForce':
    case 'reassign.taskForce':
      return taskForce.map(({ id }) => id);
    case 'respond.text':
    case 'write.text':
      return known.reply;
    case 'respond.via':
      return shown.customer.preferredChannel;
    // A proposal that was returned is mended, not written once more.
    case 'propose.remedies':
      return proposal?.status === 'returned' ? proposal.remedies : undefined;
    case 'propose.solution':
      return proposal?.status === 'returned' ? proposal.solution : undefined;
    case 'propose.findings':
      return proposal?.status === 'returned' ? shown.findings.at(-1)?.text : undefined;
    case 'customerAnswer.proposalId':
      return proposal?.id;
    case 'recordSurvey.surveyId':
      return survey?.id;
    case 'resolve.outcome':
      return shown.notSubstantiated?.status === 'confirmed' ? 'not_upheld' : undefined;
    case 'resolve.cause':
      return shown.rootCause?.cause;
    case 'recordRootCause.cause':
      return shown.resolution?.cause;
    case 'planAction.cause':
      return shown.rootCause?.cause ?? shown.resolution?.cause;
    case 'merge.into':
      return known.into;
    case 'fillForm.form':
      return formAskedFor(known)?.id;
    default:
      return undefined;
  }
}
