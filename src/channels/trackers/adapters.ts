import type { TrackerKind } from '../../domain/case/trackers';
import type { TrackerAdapter } from './adapter';
import { github } from './kinds/github';
import { jira } from './kinds/jira';

/** How each kind is spoken with. */
export const ADAPTERS: Record<TrackerKind, TrackerAdapter> = { github, jira };
