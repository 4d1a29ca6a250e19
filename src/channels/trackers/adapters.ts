import type { TrackerKind } from '../../domain/case/trackers';
import type { TrackerAdapter } from './adapter';
import { asana } from './kinds/asana';
import { bugzilla } from './kinds/bugzilla';
import { github } from './kinds/github';
import { jira } from './kinds/jira';
import { trello } from './kinds/trello';

/** How each kind is spoken with. */
export const ADAPTERS: Record<TrackerKind, TrackerAdapter> = { github, jira, trello, asana, bugzilla };
