import { badInput } from '../../../shared/kernel/errors.ts';

export const caseUnknown = () =>
  badInput('CASE_UNKNOWN', {
    happened: 'This case is not in the workspace.',
    kept: 'Nothing was changed.',
    toDo: 'Go back to the library and open a case from there.',
  });

export const worklistUnknown = () =>
  badInput('WORKLIST_UNKNOWN', {
    happened: 'This worklist is not in the workspace. It may have been removed in another window.',
    kept: 'All cases and all other worklists.',
    toDo: 'Choose another worklist, or all cases.',
  });

export const libraryBlind = () =>
  badInput('LIBRARY_BLIND', {
    happened: 'These filters or this order would tell what the models or the data say, and the reading is blind.',
    kept: 'The cases and all answers, as they are.',
    toDo: 'Filter and order by something else, or end the blind reading.',
  });
